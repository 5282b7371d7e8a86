import FoundationEssentials

/// The message in an error answer's body, in any of the shapes that engines and proxies use:
/// `{"error": {"message": …}}`, `{"error": …}`, `{"message": …}`, `{"detail": …}`, or plain text.
struct ErrorBody: Decodable {
    private var message: String?

    private enum CodingKeys: String, CodingKey {
        case error, message, detail
    }

    private enum ErrorKeys: String, CodingKey {
        case message
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let nested = try? container.nestedContainer(keyedBy: ErrorKeys.self, forKey: .error)
        message =
            nested?.lenient(.message) ?? container.lenient(.error) ?? container.lenient(.message)
            ?? container.lenient(.detail)
    }

    /// The most telling message that `body` holds: at most 500 characters, never empty.
    static func message(in body: [UInt8]) -> String {
        let parsed = (try? JSONDecoder().decode(ErrorBody.self, from: Data(body)))?.message
        let text = parsed ?? plainText(String(decoding: body.prefix(2000), as: UTF8.self))
        let trimmed = String(text.trimmingPrefix(while: \.isWhitespace).prefix(500))
        return trimmed.isEmpty ? "(no message)" : trimmed
    }

    /// Of a web page, such as a proxy's, its title.
    private static func plainText(_ text: String) -> String {
        let pattern = /^\s*<.*?<title>(?<title>.*?)</.dotMatchesNewlines().ignoresCase()
        guard let page = try? pattern.firstMatch(in: text), !page.title.isEmpty else { return text }
        return "a web page, \"\(page.title)\""
    }
}
