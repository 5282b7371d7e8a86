import PromptBatch

extension FigureText {
    /// `14:32 (14:10–15:20)`
    package static func end(_ end: SpoolStatus.ExpectedEnd) -> String {
        "\(moment(end.at)) (\(moment(end.earliest))–\(moment(end.latest)))"
    }
}
