/// The keys of an OpenAI-compatible server that takes the place of a managed engine, read and checked.
struct EndpointSettings {
    let address: String
    let keyFile: String
    let headers: [String: String]
    let authoritiesFile: String
    let certificateFile: String
    let certificateKeyFile: String
    let requestsPerMinute: Int?

    /// Headers that each request has anyway.
    private static let ownHeaders: Set = [
        "accept", "connection", "content-length", "content-type", "expect", "host", "transfer-encoding",
    ]
    /// Beside letters and digits, what a header's name may consist of (RFC 9110, section 5.6.2).
    private static let nameSymbols = Set("!#$%&'*+-.^_`|~")

    init(_ values: SettingValues) throws(SettingsError) {
        address = try values.text("engine.endpoint")
        if !address.isEmpty, !["http://", "https://", "unix:"].contains(where: address.hasPrefix) {
            // The value may hold a key, and so is not repeated.
            throw values.wrong("engine.endpoint", "must begin with http://, https:// or unix:")
        }
        keyFile = try values.credentialFile("engine.endpoint-key-file")
        headers = try Self.headers(values, hasKey: !keyFile.isEmpty)
        authoritiesFile = try values.credentialFile("engine.endpoint-ca-file")
        certificateFile = try values.credentialFile("engine.endpoint-certificate-file")
        certificateKeyFile = try values.credentialFile("engine.endpoint-certificate-key-file")
        let limit = try values.integer("engine.endpoint-requests-per-minute", in: 0...1_000_000_000)
        requestsPerMinute = limit == 0 ? nil : limit
        guard certificateFile.isEmpty == certificateKeyFile.isEmpty else {
            let names = ["engine.endpoint-certificate-file", "engine.endpoint-certificate-key-file"]
            let (present, missing) = certificateFile.isEmpty ? (names[1], names[0]) : (names[0], names[1])
            throw values.wrong(
                present, "needs '\(missing)' beside it; where one file holds both, name it in both keys")
        }
    }

    private static func headers(
        _ values: SettingValues, hasKey: Bool
    ) throws(SettingsError) -> [String: String] {
        let path = "engine.endpoint-headers"
        let headers = try values.map(path)
        var seen: Set<String> = []
        // Values may be secret, and so are not repeated.
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || nameSymbols.contains($0) })
            else { throw values.wrong(path, "has a name that no header can have: \(name.debugDescription)") }
            guard seen.insert(name.lowercased()).inserted else {
                throw values.wrong(path, "has '\(name)' twice; leave one of them out")
            }
            guard !ownHeaders.contains(name.lowercased()) else {
                throw values.wrong(path, "has '\(name)', which Draftspool sets itself; leave it out")
            }
            guard !hasKey || name.lowercased() != "authorization" else {
                throw values.wrong(
                    path, "has '\(name)', which 'engine.endpoint-key-file' sets; leave one of them out")
            }
            guard value.unicodeScalars.allSatisfy({ $0 == "\t" || $0.value >= 0x20 && $0.value != 0x7F })
            else {
                throw values.wrong(path, "has a line break or control character in the value of '\(name)'")
            }
        }
        return headers
    }
}
