import Forms
import HTTPTypes

/// A request as the routes see it, without its body.
struct WebRequest: Sendable {
    /// HEAD counts as GET.
    let method: HTTPRequest.Method
    /// Whether the answer's body is left out.
    let isHead: Bool
    /// The path's parts, decoded: `v1`, `files`, `file-1`.
    let path: [String]
    let query: QueryItems
    let headers: HTTPFields
    /// What stands in the places of a route's stars.
    var wildcards: [String] = []

    /// - Throws: ``APIError`` for a path or query that cannot be read.
    init(_ head: HTTPRequest) throws(APIError) {
        isHead = head.method == .head
        method = isHead ? .get : head.method
        headers = head.headerFields
        let target = head.path ?? ""
        guard target.hasPrefix("/") else { throw .invalid("The request's target is no path.") }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = PercentEncoding.decoded(part) else {
                throw .invalid("The path has an escape that is not complete or not UTF-8.")
            }
            path.append(text)
        }
        self.path = path
        do throws(FormError) {
            query = parts.count > 1 ? try QueryItems(String(parts[1])) : QueryItems()
        } catch {
            throw .invalid("In the URL, \(error.problem).")
        }
    }

    /// Whether it is for the page that people look at, which changes nothing.
    var isForPage: Bool { method == .get && PageRoutes.isPage(path) }

    /// Whether the client waits for a sign before it sends the body.
    var waitsToBeContinued: Bool { headers[.expect]?.lowercased() == "100-continue" }

    /// The whole number of a query item.
    ///
    /// - Throws: ``APIError`` if it is none, or out of range.
    func number(
        _ name: String, in range: ClosedRange<Int>, otherwise usual: Int
    ) throws(APIError) -> Int {
        guard let text = query[name] else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw .invalid(
                "Invalid '\(name)': a whole number from \(range.lowerBound) to \(range.upperBound) is expected.",
                param: name)
        }
        return number
    }

    /// A query item that is one of some words; nil if it is not there.
    ///
    /// - Throws: ``APIError`` if it is another one.
    func choice(_ name: String, _ words: [String]) throws(APIError) -> String? {
        guard let word = query[name] else { return nil }
        guard words.contains(word) else {
            let list = words.map { "'\($0)'" }.joined(separator: " or ")
            throw .invalid("Invalid '\(name)': \(list) is expected, not '\(word)'.", param: name)
        }
        return word
    }
}
