/// What a connection by TLS is made with, as files in PEM format.
public struct TLSFiles: Sendable, Equatable {
    /// The certificates of the authorities that may have signed the server's; nil: the system's.
    public var authorities: String?
    /// The client's certificate, where the server asks for one.
    public var certificate: String?
    /// The private key of ``certificate``.
    public var certificateKey: String?

    public init(authorities: String? = nil, certificate: String? = nil, certificateKey: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.certificateKey = certificateKey
    }
}
