/// The chart's style sheet.
enum ChartStyle {
    /// Depths without a threshold are blues, with one greens, n-grams oranges; deeper is darker on a light ground and
    /// brighter on a dark one.
    static func sheet(for settings: [SweepSetting]) -> String {
        let light = fills(settings, from: 74, to: 36)
        let dark = fills(settings, from: 34, to: 72)
        return """

            svg { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
            .ground { fill: #ffffff; }
            text { fill: #1f2328; font-size: 12px; }
            .title { font-size: 18px; font-weight: 600; }
            .panel { font-size: 13px; font-weight: 600; }
            .note, .tick, .off { fill: #656d76; font-size: 11px; }
            .tick { text-anchor: end; }
            .name, .off, .best { text-anchor: middle; }
            .off { font-size: 10px; }
            .best { font-size: 10px; font-weight: 600; }
            .grid { stroke: #d0d7de; stroke-width: 0.5; }
            .one { stroke: #1f2328; stroke-width: 1.2; stroke-dasharray: 5 3; }
            \(light)
            @media (prefers-color-scheme: dark) {
            .ground { fill: #0d1117; }
            text { fill: #e6edf3; }
            .note, .tick, .off { fill: #8d96a0; }
            .grid { stroke: #30363d; }
            .one { stroke: #e6edf3; }
            \(dark)
            }

            """
    }

    private static func fills(_ settings: [SweepSetting], from first: Double, to last: Double) -> String {
        let families = Dictionary(grouping: settings, by: family)
        return settings.enumerated().map { index, setting in
            let family = family(setting)
            let siblings = families[family] ?? []
            let place = siblings.firstIndex(of: setting) ?? 0
            let share = siblings.count > 1 ? Double(place) / Double(siblings.count - 1) : 0.5
            let lightness = Int((first + (last - first) * share).rounded())
            return ".s\(index) { fill: hsl(\(family.rawValue), 62%, \(lightness)%); }"
        }.joined(separator: "\n")
    }

    /// Hues, in degrees.
    private enum Family: Int {
        case depth = 215
        case threshold = 160
        case ngram = 28
    }

    private static func family(_ setting: SweepSetting) -> Family {
        setting.usesNgrams ? .ngram : setting.draft.pMin > 0 ? .threshold : .depth
    }
}
