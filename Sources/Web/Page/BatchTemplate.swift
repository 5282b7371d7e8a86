/// A batch with some of its prompts.
enum BatchTemplate {
    static let text = """
        <h1><bdi>{{name}}</bdi></h1>
        <section id="progress" data-live data-follow="{{batchID}}">
        <h2>State</h2>
        <p class="state {{batchState}}"><strong>{{batchState}}</strong></p>
        <dl class="figures">
        {{#facts}}
        <div><dt>{{fact}}</dt><dd><bdi>{{value}}</bdi></dd></div>
        {{/facts}}
        </dl>
        {{#refusals}}
        <p class="trouble"><bdi>{{.}}</bdi></p>
        {{/refusals}}
        </section>
        {{#summaryTable}}
        <section id="summary">
        <h2>Speed by workload and depth</h2>
        <div class="wide"><table>
        <caption>Means of this batch's answers; the gain against depth 0 with its 95 % bounds, where that was timed</caption>
        <thead><tr><th scope="col">Workload</th><th scope="col">Draft depth</th><th scope="col" class="right">Answers</th>\
        <th scope="col" class="right">Acceptance</th><th scope="col" class="right">Tokens/s</th><th scope="col">Gain</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{workload}}</th><td>{{depth}}</td><td class="right">{{answers}}</td><td class="right">{{acceptance}}</td>\
        <td class="right">{{speed}}</td><td>{{gain}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        </section>
        {{/summaryTable}}
        <section id="prompts">
        <h2>Prompts</h2>
        <div id="complaints" data-live>
        {{#complaints}}
        <p class="note">{{.}}</p>
        {{/complaints}}
        </div>
        <p id="place">{{place}}</p>
        {{>pages}}
        {{#prompts}}
        {{>prompt}}
        {{/prompts}}
        {{>pages}}
        {{#hasPages}}
        <form method="get"><label>From line <input name="line" type="number" min="1" max="{{lastLine}}" required></label> \
        <button>Show</button></form>
        {{/hasPages}}
        </section>

        """
}

/// The way to the prompts before and after.
enum PagesTemplate {
    static let text = """
        {{#hasPages}}
        <nav aria-label="Pages of prompts"><ul>
        {{#earlier}}
        <li><a rel="prev" href="/batches/{{batchID}}?line={{.}}#prompts">Earlier lines</a></li>
        {{/earlier}}
        {{#later}}
        <li><a rel="next" href="/batches/{{batchID}}?line={{.}}#prompts">Later lines</a></li>
        {{/later}}
        </ul></nav>
        {{/hasPages}}

        """
}

/// A prompt of a batch: what was asked, decided and predicted, and what came.
enum PromptTemplate {
    static let text = """
        <article id="line-{{line}}" data-live aria-labelledby="prompt-{{line}}" class="{{outcome}}">
        <h3 id="prompt-{{line}}"><bdi>{{label}}</bdi> <span class="outcome">{{outcome}}</span></h3>
        <dl>
        {{#promptFacts}}
        <div><dt>{{fact}}</dt><dd><bdi>{{value}}</bdi></dd></div>
        {{/promptFacts}}
        </dl>
        {{#texts}}
        <details id="{{kind}}-{{line}}"><summary>{{title}}</summary>
        <pre dir="auto" tabindex="0">
        {{text}}</pre>
        {{#cut}}
        <p class="note">{{.}}</p>
        {{/cut}}
        </details>
        {{/texts}}
        </article>

        """
}
