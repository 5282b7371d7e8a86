/// A failure of the tool itself: what, where, and what to do next.
struct ToolError: Error, CustomStringConvertible {
    let problem: String
    let remedy: String

    init(_ problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    var description: String { "\(problem); \(remedy)" }
}
