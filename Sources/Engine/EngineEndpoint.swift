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

    /// The address of `path` on this endpoint; by a UNIX socket the host's name has no meaning.
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
        case .unixSocket:
            return "http://localhost\(path)"
        }
    }

    /// Whether it is reached by the loopback interface or a socket, where no proxy is in between.
    var isOnThisMachine: Bool {
        host.map { ["localhost", "127.0.0.1", "::1"].contains($0) } ?? true
    }

    /// The name or number of the host in an address, without the brackets of IPv6.
    var host: String? {
        guard case .url(let base) = self else { return nil }
        let authority = base.drop { $0 != "/" }.dropFirst(2).prefix { !"/?#".contains($0) }
        let place = authority.lastIndex(of: "@").map { authority[$0...].dropFirst() } ?? authority
        return place.hasPrefix("[")
            ? String(place.dropFirst().prefix { $0 != "]" }) : String(place.prefix { $0 != ":" })
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
}
