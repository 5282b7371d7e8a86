/// Where an engine listens.
public enum EngineEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// An `http` or `https` address, with or without a trailing `/v1`.
    case url(String)
    /// A UNIX socket's path.
    case unixSocket(String)

    /// Reads an endpoint as it is written in settings: `http://…`, `https://…` or `unix:/PATH`.
    ///
    /// Returns nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("unix:/") {
            self = .unixSocket(String(text.dropFirst("unix:".count)))
        } else if ["http://", "https://"].contains(where: { text.hasPrefix($0) && text != $0 }) {
            self = .url(text)
        } else {
            return nil
        }
    }

    /// The address of `path` on this endpoint, in the form that the HTTP client takes.
    ///
    /// An address that ends in `/v1` is common as a setting for OpenAI clients; it is taken off, as `path` is
    /// from the root.
    func address(of path: String) -> String {
        switch self {
        case .url(let base):
            var root = Substring(base)
            while root.hasSuffix("/") { root.removeLast() }
            if root.hasSuffix("/v1") { root.removeLast(3) }
            return root + path
        case .unixSocket(let socketPath):
            return "http+unix://\(Self.percentEncoded(socketPath))\(path)"
        }
    }

    /// The endpoint as it is shown: as it was written, but for a user name and a password in an address.
    public var description: String {
        switch self {
        case .url(let base): Self.redacted(base)
        case .unixSocket(let path): "unix:\(path)"
        }
    }

    /// `text` with `***` in place of what stands before the `@` of an address, such as `http://user:key@host`.
    ///
    /// A password may hold `/`, `?` or `#` that its writer did not encode: what follows a colon and is no port is
    /// taken for one.
    public static func redacted(_ text: String) -> String {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let end = text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex
        let authority = text[start..<end]
        if let at = authority.lastIndex(of: "@") { return "\(text[..<start])***\(text[at...])" }
        let port = authority.hasPrefix("[") ? "" : authority.drop { $0 != ":" }.dropFirst()
        guard !port.allSatisfy(\.isNumber), let at = text.lastIndex(of: "@") else { return text }
        return "\(text[..<start])***\(text[at...])"
    }

    private static func percentEncoded(_ path: String) -> String {
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
