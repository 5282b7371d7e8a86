import Markup

/// The chart's style sheet.
enum ChartStyle {
    /// Depths without a threshold are blues, with one greens, n-grams oranges; deeper is darker on a light ground and
    /// brighter on a dark one.
    static func sheet(for settings: [SweepSetting]) -> String {
        let light = fills(settings, onLight)
        let dark = fills(settings, onDark)
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

    private static func fills(_ settings: [SweepSetting], _ ramps: [Family: (Colour, Colour)]) -> String {
        let families = Dictionary(grouping: settings, by: family)
        return settings.enumerated().map { index, setting in
            let family = family(setting)
            let siblings = families[family] ?? []
            let place = siblings.firstIndex(of: setting) ?? 0
            let share = siblings.count > 1 ? Double(place) / Double(siblings.count - 1) : 0.6
            let fill = ramps[family].map { $0.0.mixed(with: $0.1, share: share).hexadecimal } ?? "#888888"
            return ".s\(index) { fill: \(fill); }"
        }.joined(separator: "\n")
    }

    private enum Family {
        case depth, threshold, ngram
    }

    private static func family(_ setting: SweepSetting) -> Family {
        setting.usesNgrams ? .ngram : setting.draft.pMin > 0 ? .threshold : .depth
    }

    /// From the shallowest setting of a family to the deepest.
    private static let onLight: [Family: (Colour, Colour)] = [
        .depth: (Colour(0xA8CBF0), Colour(0x0B4F9E)), .threshold: (Colour(0x7FD1AE), Colour(0x0F7B53)),
        .ngram: (Colour(0xF4C27A), Colour(0xC96A08)),
    ]
    private static let onDark: [Family: (Colour, Colour)] = [
        .depth: (Colour(0x2B5C92), Colour(0x9CCBFF)), .threshold: (Colour(0x1E7A57), Colour(0x7CE0B5)),
        .ngram: (Colour(0xA8641A), Colour(0xFFCB85)),
    ]
}
