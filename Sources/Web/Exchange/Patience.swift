/// How long the API waits for a client that is in the midst of something.
struct Patience: Sendable {
    /// For a piece of an answer to be taken.
    var answer: Duration = .seconds(60)
    /// For the rest of a body that nobody wants: who has no token shall not hold a connection by a byte now and then.
    var unwantedBody: Duration = .seconds(5)
}
