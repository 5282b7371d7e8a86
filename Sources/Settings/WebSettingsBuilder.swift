import Glibc

/// Puts the checked values of the section `web` together.
struct WebSettingsBuilder {
    private static let socketScheme = "unix:"

    let values: SettingValues
    let runtimeDirectory: String

    func build() throws(SettingsError) -> WebSettings {
        let settings = WebSettings(
            listener: try listener(), tokenFile: try values.file("web.token-file"),
            listensAnywhere: try values.flag("web.listen-anywhere"))
        guard case .port(_, let address) = settings.listener else { return settings }
        guard settings.listensAnywhere || WebSettings.isLoopback(address) else {
            throw values.wrong(
                "web.listen",
                "'\(address)' is reached from other machines; take 127.0.0.1, or set web.listen-anywhere: true"
            )
        }
        guard !settings.tokenFile.isEmpty else {
            throw values.wrong(
                "web.listen",
                "is a port, which every program of this machine reaches: it needs 'web.token-file' beside it")
        }
        return settings
    }

    private func listener() throws(SettingsError) -> WebSettings.Listener {
        let written = try values.text("web.listen")
        guard !written.isEmpty else { return .off }
        guard written.hasPrefix(Self.socketScheme) else { return try port(written) }
        let path = written.dropFirst(Self.socketScheme.count)
        guard !path.isEmpty, path.hasPrefix("/") || !path.contains("/") else { throw mismatch(written) }
        return .unixSocket(path.hasPrefix("/") ? String(path) : runtimeDirectory + "/" + path)
    }

    private func port(_ written: String) throws(SettingsError) -> WebSettings.Listener {
        guard let colon = written.lastIndex(of: ":"),
            let port = UInt16(written[written.index(after: colon)...]),
            port > 0
        else { throw mismatch(written) }
        var address = String(written[..<colon])
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        guard Self.isNumeric(address) else { throw mismatch(written) }
        return .port(port, address: address)
    }

    private func mismatch(_ written: String) -> SettingsError {
        values.wrong(
            "web.listen",
            "takes unix:/PATH, unix:NAME for a socket in the runtime directory, 127.0.0.1:PORT, or nothing, "
                + "not '\(written)'")
    }

    private static func isNumeric(_ address: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        return inet_pton(AF_INET, address, &four) == 1 || inet_pton(AF_INET6, address, &six) == 1
    }
}
