import Markup

/// The style sheet of a report's page, for light and dark surroundings.
enum PageStyle {
    /// The class of a setting's colour among all of a report.
    static func name(of setting: ReportSetting, among settings: [ReportSetting]) -> String {
        "s\(settings.firstIndex(of: setting) ?? 0)"
    }

    /// The palest colours hardly stand out against the ground, so that all have a border. It has no quotes: HTML does not read what stands for them in a style sheet.
    static func sheet(for settings: [ReportSetting]) -> String {
        """

        :root {
        color-scheme: light dark; --ground: #ffffff; --text: #1f2328; --dim: #656d76; --rule: #d0d7de;
        --bad: #b42318; --good: #116329; --doubtful: #7d4e00;
        \(colours(of: settings, idle: "#b6bcc4", own: "#8250df", from: Colour(0xA8CBF0), to: Colour(0x0B4F9E)))
        }
        @media (prefers-color-scheme: dark) {
        :root {
        --ground: #0d1117; --text: #e6edf3; --dim: #8d96a0; --rule: #30363d;
        --bad: #ff8a80; --good: #7ce38b; --doubtful: #e3b341;
        \(colours(of: settings, idle: "#565d66", own: "#bc8cff", from: Colour(0x2B5C92), to: Colour(0x9CCBFF)))
        }
        }
        body { background: var(--ground); color: var(--text); margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
        font: 15px/1.45 system-ui, -apple-system, Roboto, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
        figure { margin: 1rem 0; } .wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--text); }
        svg { display: block; } figcaption { margin-top: 0.4rem; } figcaption, footer { color: var(--dim); font-size: 0.87rem; }
        table { border-collapse: collapse; font-size: 0.87rem; }
        th, td { border-bottom: 1px solid var(--rule); padding: 0.25rem 0.7rem 0.25rem 0; text-align: left;
        vertical-align: top; white-space: nowrap; }
        .right { text-align: right; font-variant-numeric: tabular-nums; }
        .long { min-width: 10rem; white-space: normal; } th:last-child, td:last-child { padding-right: 0; }
        .right + .long { min-width: 18rem; padding-left: 0.7rem; }
        .red { color: var(--bad); } .green { color: var(--good); } .yellow { color: var(--doubtful); }
        .bold { font-weight: 600; } .dim { color: var(--dim); }
        .legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; }
        .swatch { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 2px; border: 1px solid var(--dim); }
        svg text { fill: var(--text); font-size: 12px; }
        svg .tick { fill: var(--dim); font-size: 11px; text-anchor: end; }
        svg .name { text-anchor: middle; }
        svg rect { stroke: var(--dim); stroke-width: 0.7; }
        .grid { stroke: var(--rule); stroke-width: 0.5; }
        .reference { stroke: var(--text); stroke-width: 1.2; stroke-dasharray: 5 3; }
        .range { stroke: var(--text); stroke-width: 1; }
        \(settings.indices.map { ".s\($0) { fill: var(--s\($0)); background: var(--s\($0)); }" }
            .joined(separator: "\n"))

        """
    }

    /// Deeper is darker on a light ground and brighter on a dark one.
    private static func colours(
        of settings: [ReportSetting], idle: String, own: String, from first: Colour, to last: Colour
    ) -> String {
        let speculating = settings.filter(\.isSpeculating)
        return settings.enumerated().map { index, setting in
            let place = speculating.firstIndex(of: setting)
            let share = speculating.count > 1 ? Double(place ?? 0) / Double(speculating.count - 1) : 0.6
            let colour = setting.depth == nil ? own : idle
            return
                "--s\(index): \(place == nil ? colour : first.mixed(with: last, share: share).hexadecimal);"
        }.joined(separator: " ")
    }
}
