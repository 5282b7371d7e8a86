/// The items of a query string, `limit=20&after=batch_1`.
public struct QueryItems: Sendable, Hashable {
    private let values: [String: String]

    /// No items.
    public init() {
        values = [:]
    }

    /// - Throws: ``FormError`` where an escape is not complete or not UTF-8, or a name is there twice.
    public init(_ query: String) throws(FormError) {
        var values: [String: String] = [:]
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decoded(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decoded(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { throw FormError("the query string has an escape that is not complete or not UTF-8") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw FormError("the query string has an item twice")
            }
        }
        self.values = values
    }

    /// The value of an item; nil if it is not there.
    public subscript(name: String) -> String? { values[name] }
}
