/// What runs, what waits, and what has ended.
///
/// The sections that change are templates of their own: who looks at the page is sent those that have changed.
enum OverviewTemplate {
    static let text =
        "<h1>Overview</h1>\n"
        + sectionNames.map { name in
            let tag = name == "news" ? "p" : "section"
            let attributes = name == "news" ? " class=\"hidden\" role=\"status\"" : ""
            return "<\(tag) id=\"\(name)\" data-live\(attributes)>\n{{>\(name)}}\n</\(tag)>\n"
        }.joined()

    /// In the order in which they stand.
    static let sectionNames = ["news", "state", "open", "finished", "lanes", "speeds", "history"]

    static let sections = [
        "news": news, "state": state, "open": open, "finished": finished, "lanes": lanes,
        "speeds": speeds, "history": history,
    ]

    /// What is read out when it changes, so it changes rarely.
    private static let news = "{{news}}"

    private static let state = """
        <h2>State</h2>
        <p class="state {{state}}"><strong>{{state}}</strong>{{#message}}: <bdi>{{.}}</bdi>{{/message}}</p>
        <dl class="figures">
        <div><dt>Waiting prompts</dt><dd>{{waiting}}</dd></div>
        <div><dt>Running</dt><dd>{{running}}</dd></div>
        <div><dt>Answered since the start</dt><dd>{{answered}}</dd></div>
        <div><dt>Failed since the start</dt><dd>{{failed}}</dd></div>
        {{#totalSpeed}}
        <div><dt>Tokens a second</dt><dd>{{.}}</dd></div>
        {{/totalSpeed}}
        {{#end}}
        <div><dt>All done by</dt><dd>{{.}}</dd></div>
        {{/end}}
        </dl>
        {{#hooks}}
        <p class="note"><bdi>{{.}}</bdi></p>
        {{/hooks}}

        """

    private static let open = """
        <h2>Open batches</h2>
        {{#openBatches}}
        <div class="wide"><table>
        <caption>Batches that wait or run, the oldest first{{#onlySome}}; more wait than are shown{{/onlySome}}</caption>
        <thead><tr><th scope="col">Batch</th><th scope="col">State</th><th scope="col" class="right">Done</th>\
        <th scope="col" class="right">Failed</th><th scope="col">Expected end</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row"><a href="/batches/{{id}}"><bdi>{{name}}</bdi></a></th><td>{{batchState}}</td>\
        <td class="right">{{done}} of {{total}}<progress value="{{done}}" max="{{greatest}}" aria-hidden="true"></progress></td>\
        <td class="right">{{failures}}</td><td>{{expected}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        {{/openBatches}}
        {{^openBatches}}
        <p>None.</p>
        {{/openBatches}}

        """

    private static let finished = """
        <h2>Finished batches</h2>
        {{#finishedBatches}}
        <div class="wide"><table>
        <caption>The last that ended, newest first</caption>
        <thead><tr><th scope="col">Batch</th><th scope="col">State</th><th scope="col" class="right">Answered</th>\
        <th scope="col" class="right">Failed</th><th scope="col">Output</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row"><a href="/batches/{{id}}"><bdi>{{name}}</bdi></a></th><td>{{batchState}}</td>\
        <td class="right">{{successes}} of {{total}}</td><td class="right">{{failures}}</td><td><bdi>{{output}}</bdi></td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        {{/finishedBatches}}
        {{^finishedBatches}}
        <p>None yet.</p>
        {{/finishedBatches}}

        """

    private static let lanes = """
        <h2>Lanes and engines</h2>
        {{#runningLanes}}
        <div class="wide"><table>
        <caption>Lanes that serve now</caption>
        <thead><tr><th scope="col">Engine</th><th scope="col">Setting</th><th scope="col" class="right">Busy slots</th>\
        <th scope="col">Model</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row"><bdi>{{engine}}</bdi></th><td>{{setting}}</td><td class="right">{{slots}}</td>\
        <td><bdi>{{model}}</bdi></td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        {{/runningLanes}}
        {{^runningLanes}}
        <p>No engine is up.</p>
        {{/runningLanes}}
        {{#troubles}}
        <p class="trouble"><bdi>{{.}}</bdi></p>
        {{/troubles}}

        """

    private static let speeds = """
        <h2>Speed by workload and depth</h2>
        {{#speedTable}}
        <div class="wide"><table>
        <caption>Tokens a second of single answers since the daemon started: mean, and standard deviation as a line</caption>
        <thead><tr><th scope="col">Workload</th><th scope="col">Draft depth</th><th scope="col" class="right">Answers</th>\
        <th scope="col" class="right">Tokens/s</th><th scope="col" class="bars">Side by side</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{workload}}</th><td>{{depth}}</td><td class="right">{{answers}}</td>\
        <td class="right">{{speed}}</td><td class="bars">{{{bar}}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        {{/speedTable}}
        {{^speedTable}}
        <p>Nothing was answered since the daemon started.</p>
        {{/speedTable}}

        """

    private static let history = """
        <h2>Lanes over time</h2>
        {{#laneStarts}}
        <div class="wide"><table>
        <caption>When lanes began to serve, newest first</caption>
        <thead><tr><th scope="col">From</th><th scope="col">Engine</th><th scope="col">Setting</th>\
        <th scope="col" class="right">Slots</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{from}}</th><td><bdi>{{engine}}</bdi></td><td>{{setting}}</td><td class="right">{{slots}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        {{/laneStarts}}
        {{^laneStarts}}
        <p>None yet.</p>
        {{/laneStarts}}

        """
}
