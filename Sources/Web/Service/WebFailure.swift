/// Why the API cannot be served, in words for the person who configured it.
struct WebFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
