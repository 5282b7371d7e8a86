import CCurl
import SystemPackage

/// Why a transfer came to nothing, as libcurl tells it.
struct TransferFailure {
    let code: CURLcode
    /// libcurl's own words.
    let text: String
    /// The `errno` of the last connection that failed, or 0.
    let systemError: Int32
    /// What a proxy answered when it was asked to connect, or 0.
    let proxyStatus: Int
    /// Whether a connection was made and the request begun.
    let isSent: Bool

    /// The error in words for the person who configured the endpoint.
    func error(of request: HTTPRequest) -> EngineError {
        switch code {
        case CURLE_FILESIZE_EXCEEDED, CURLE_WRITE_ERROR:
            .responseTooLarge(limitBytes: request.maximumResponseBytes)
        case CURLE_OPERATION_TIMEDOUT where isSent || request.timeout <= Transfer.connectTimeout:
            .timedOut(after: request.timeout)
        default:
            routeProblem(request)
                ?? .unreachable("\(request.endpoint): \(connectionProblem(request))", isSent: isSent)
        }
    }

    private func connectionProblem(_ request: HTTPRequest) -> String {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return "no connection within \(Transfer.connectTimeout.secondsText)"
        case CURLE_COULDNT_RESOLVE_HOST:
            if case .unixSocket = request.endpoint { return "a socket's path has at most 107 bytes" }
            return "the host's name is not known"
        case CURLE_COULDNT_CONNECT where systemError == Errno.notPermitted.rawValue:
            return "\(reason); under systemd the service needs IPAddressAllow= for it"
        case CURLE_COULDNT_CONNECT:
            return reason
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            return "what answers there does not speak HTTP"
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
            CURLE_ABORTED_BY_CALLBACK:
            return "the connection closed before the answer was complete"
        default:
            return text
        }
    }

    private var reason: String {
        systemError == 0 ? text : Errno(rawValue: systemError).description
    }

    // MARK: The route

    /// What is amiss with TLS, a proxy or the address; nil where none of them is known to be.
    private func routeProblem(_ request: HTTPRequest) -> EngineError? {
        let endpoint = request.endpoint
        switch code {
        case CURLE_URL_MALFORMAT:
            return .routeFailed(
                reason: "\(endpoint) is no address",
                remedy: "set engine.endpoint to one such as https://HOST:PORT")
        case CURLE_PEER_FAILED_VERIFICATION:
            return certificateProblem(endpoint)
        case CURLE_SSL_CACERT_BADFILE:
            return .routeFailed(
                reason: "\(endpoint): the authorities' certificates cannot be read (\(text))",
                remedy: "set engine.endpoint-ca-file to a file in PEM format that the daemon's user can read")
        case CURLE_SSL_CERTPROBLEM:
            return .routeFailed(
                reason: "\(endpoint): the client's certificate cannot be used (\(text))",
                remedy:
                    "check engine.endpoint-certificate-file and engine.endpoint-certificate-key-file: both in "
                    + "PEM format, of one pair, without a passphrase, readable for the daemon's user")
        case CURLE_SSL_CONNECT_ERROR, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            if isAboutClientCertificate {
                return .routeFailed(
                    reason: "\(endpoint): the server wants another client certificate (\(text))",
                    remedy:
                        "set engine.endpoint-certificate-file and engine.endpoint-certificate-key-file to one "
                        + "that it accepts")
            }
            return code == CURLE_SSL_CONNECT_ERROR ? handshakeProblem(endpoint) : proxyProblem(endpoint)
        default:
            return proxyProblem(endpoint)
        }
    }

    private func certificateProblem(_ endpoint: EngineEndpoint) -> EngineError {
        let reason = "\(endpoint): its TLS certificate is not trusted (\(text))"
        let isForAnotherHost = text.contains("subject name")
        return .routeFailed(
            reason: reason,
            remedy: isForAnotherHost
                ? "set engine.endpoint to a host name that the certificate is for"
                : "set engine.endpoint-ca-file to a file with the certificate of the authority that signed it"
        )
    }

    private func handshakeProblem(_ endpoint: EngineEndpoint) -> EngineError {
        .routeFailed(
            reason: "\(endpoint): TLS cannot be agreed on (\(text))",
            remedy: "check that engine.endpoint is a port for https, or write http://")
    }

    /// The server tells by an alert (RFC 8446, section 6.2).
    private var isAboutClientCertificate: Bool {
        let alerts = [
            "certificate required", "alert bad certificate", "alert unknown ca", "handshake failure",
        ]
        return alerts.contains { text.contains($0) }
            || [
                "unsupported certificate", "certificate revoked", "certificate expired",
                "certificate unknown",
            ]
            .contains { text.contains("alert \($0)") }
    }

    private func proxyProblem(_ endpoint: EngineEndpoint) -> EngineError? {
        let remedy =
            "check the variables https_proxy, http_proxy and ALL_PROXY of the environment, or except the host of "
            + "engine.endpoint by no_proxy"
        if proxyStatus >= 300 {
            return .routeFailed(
                reason: "\(endpoint): the proxy refuses to connect to it (HTTP \(proxyStatus))",
                remedy: remedy)
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY:
            return .routeFailed(
                reason: "\(endpoint): the name of the proxy's host is not known", remedy: remedy)
        case CURLE_COULDNT_CONNECT where !namesHost(of: endpoint):
            return .routeFailed(reason: "\(endpoint): the proxy cannot be reached (\(text))", remedy: remedy)
        case CURLE_PROXY:
            return .routeFailed(reason: "\(endpoint): the proxy does not connect (\(text))", remedy: remedy)
        default:
            return nil
        }
    }

    /// Where a proxy is connected to, libcurl's words name its host.
    private func namesHost(of endpoint: EngineEndpoint) -> Bool {
        endpoint.isOnThisMachine || endpoint.host.map { text.contains($0) } ?? true
    }
}
