/// Which line of the input a line of an output is of, told from its beginning: how the daemon writes them is known.
enum LineNumbers {
    /// Of a line of `output.jsonl` or `errors.jsonl`: `{"id":"batch_req_BATCH-12"`.
    @Sendable static func ofOutcome(_ head: ArraySlice<UInt8>) -> Int? {
        guard head.starts(with: #"{"id":"batch_req_"#.utf8) else { return nil }
        let id = head.dropFirst(#"{"id":""#.utf8.count).prefix { $0 != UInt8(ascii: "\"") }
        guard let dash = id.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        return number(id[(dash + 1)...])
    }

    /// Of a record of `timing.jsonl`: `{"schema":2,"custom_id":"q-1","line":12`.
    @Sendable static func ofRecord(_ head: ArraySlice<UInt8>) -> Int? {
        var rest = head.drop { $0 == UInt8(ascii: "{") }
        if rest.starts(with: #""schema":"#.utf8) {
            rest = rest.drop { $0 != UInt8(ascii: ",") }.dropFirst()
        }
        let key = #""custom_id":""#.utf8
        guard rest.starts(with: key) else { return nil }
        rest = rest.dropFirst(key.count)
        while let byte = rest.first, byte != UInt8(ascii: "\"") {
            rest = rest.dropFirst(byte == UInt8(ascii: "\\") ? 2 : 1)
        }
        let next = #"","line":"#.utf8
        guard rest.starts(with: next) else { return nil }
        return number(rest.dropFirst(next.count))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
