/// Where the instruction of a message most likely is: its opening, and its closing line when that is another one.
struct TextZones {
    private static let longestLead = 48
    private static let longestTail = 40
    /// A first line of fewer tokens ("Hello,") is read together with the next.
    private static let shortestLead = 4
    private static let longestLeadBytes = 320

    let lead: Range<Int>
    let tail: Range<Int>

    init(_ text: Tokenizer) {
        let tokens = text.tokens
        var end = 0
        while end < tokens.count, end < Self.longestLead,
            Int(tokens[end].start) < Self.longestLeadBytes
        {
            if tokens[end].opening >= .line, end >= Self.shortestLead { break }
            end += 1
        }
        lead = 0..<end
        guard end < tokens.count else {
            tail = end..<end
            return
        }
        var start = tokens.count - 1
        var sentence: Int?
        while start > end, tokens.count - start < Self.longestTail {
            if tokens[start].opening >= .line { break }
            if tokens[start].opening == .sentence, tokens.count - start >= Self.shortestLead, sentence == nil
            {
                sentence = start
            }
            start -= 1
        }
        if tokens[start].opening < .line, let sentence { start = sentence }
        tail = start..<tokens.count
    }
}
