import CCurl
import Glibc

/// An exchange under way: libcurl's easy handle and what came for it.
///
/// libcurl has a pointer to it, so that ``TransferLoop`` keeps it until the handle is taken out of the multi handle.
final class Transfer {
    let id: Int
    let easy: UnsafeMutableRawPointer?
    private let request: HTTPRequest
    private let continuation: CheckedContinuation<HTTPClient.Outcome, Never>
    private let headers: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    private var received: [UInt8] = []
    private var sentBytes = 0
    private var isSent = false

    init(_ order: HTTPClient.Order, tls: TLSFiles) {
        id = order.id
        request = order.request
        continuation = order.continuation
        easy = curl_easy_init()
        headers = request.headers.reduce(nil) { curl_slist_append($0, $1) }
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.pointee = 0
        setUp(tls)
        setUpBody()
        setUpCallbacks()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
        errorText.deallocate()
    }

    /// The transfer that an easy handle belongs to.
    static func of(_ easy: UnsafeMutableRawPointer?) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        easy_get_context(easy, &context)
        return of(context: context)
    }

    private static func of(context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Gives the caller its outcome. To be called once.
    func end(with outcome: HTTPClient.Outcome) {
        continuation.resume(returning: outcome)
    }

    /// What it came to, by libcurl's code.
    func outcome(_ code: CURLcode) -> HTTPClient.Outcome {
        guard code == CURLE_OK else {
            return .failure(failure(code).error(of: request))
        }
        return .success(
            EngineReply(
                statusCode: number(CURLINFO_RESPONSE_CODE), requestID: header("x-request-id"),
                retryAfter: header("retry-after"), contentType: header("content-type"), body: received))
    }

    private func failure(_ code: CURLcode) -> TransferFailure {
        let text = String(cString: errorText)
        return TransferFailure(
            code: code, text: text.isEmpty ? String(cString: curl_easy_strerror(code)) : text,
            systemError: Int32(number(CURLINFO_OS_ERRNO)), proxyStatus: number(CURLINFO_HTTP_CONNECTCODE),
            isSent: isSent)
    }

    private func number(_ info: CURLINFO) -> Int {
        var number = 0
        easy_get_number(easy, info, &number)
        return number
    }

    private func header(_ name: String) -> String? {
        var header: UnsafeMutablePointer<curl_header>?
        let code = curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &header)
        return code == CURLHE_OK ? header.map { String(cString: $0.pointee.value) } : nil
    }

    // MARK: Options

    /// How long it may take to find the host, to connect to it and to agree on keys.
    static let connectTimeout: Duration = .seconds(10)

    private func setUp(_ tls: TLSFiles) {
        easy_set_pointer(easy, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque())
        easy_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        easy_set_text(easy, CURLOPT_URL, request.endpoint.address(of: request.path))
        easy_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        easy_set_number(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        easy_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
        easy_set_number(easy, CURLOPT_NOSIGNAL, 1)
        easy_set_number(easy, CURLOPT_TCP_KEEPALIVE, 1)
        easy_set_number(easy, CURLOPT_TIMEOUT_MS, max(1, Int(request.timeout / .milliseconds(1))))
        easy_set_number(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(Self.connectTimeout / .milliseconds(1)))
        // Whole seconds, of which one more may begin.
        easy_set_number(easy, CURLOPT_MAXAGE_CONN, TransferLoop.idleSeconds - 1)
        // A name server that does not answer is not waited for when the transfer is cancelled.
        easy_set_number(easy, CURLOPT_QUICK_EXIT, 1)
        if case .unixSocket(let path) = request.endpoint {
            easy_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, path)
        }
        if request.endpoint.isOnThisMachine { easy_set_text(easy, CURLOPT_PROXY, "") }
        if let authorities = tls.authorities { easy_set_text(easy, CURLOPT_CAINFO, authorities) }
        if let certificate = tls.certificate { easy_set_text(easy, CURLOPT_SSLCERT, certificate) }
        if let key = tls.certificateKey { easy_set_text(easy, CURLOPT_SSLKEY, key) }
    }

    /// A body of this size and more is read in pieces; libcurl sends a smaller one together with the head.
    private static let largeBodyBytes = 64 << 10

    private func setUpBody() {
        guard let body = request.body else { return }
        easy_set_number(easy, CURLOPT_POST, 1)
        easy_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        guard !body.isEmpty, body.count < Self.largeBodyBytes else { return }
        body.withUnsafeBytes { _ = easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
    }

    private func setUpCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        easy_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.maximumResponseBytes))
        easy_set_writer(
            easy,
            { bytes, _, count, context in
                Transfer.of(context: context)?.receive(UnsafeRawBufferPointer(start: bytes, count: count))
                    ?? 0
            }, context)
        easy_set_reader(
            easy,
            { buffer, _, count, context in
                Transfer.of(context: context)?.send(
                    into: UnsafeMutableRawBufferPointer(start: buffer, count: count)) ?? 0
            }, context)
        // libcurl would send a request again when a connection that was used before closes without an answer.
        easy_set_request_guard(
            easy,
            { context, _, _, _, _ in
                guard let transfer = Transfer.of(context: context), !transfer.isSent else {
                    return CURL_PREREQFUNC_ABORT
                }
                transfer.isSent = true
                return CURL_PREREQFUNC_OK
            }, context)
        easy_set_socket_opener(easy) { _, _, address in
            guard let address = address?.pointee else { return CURL_SOCKET_BAD }
            return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        }
    }

    // MARK: Bytes

    /// - Returns: how many were taken; less than there are ends the transfer.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard received.count + bytes.count <= request.maximumResponseBytes else { return 0 }
        if received.isEmpty {
            var announced: curl_off_t = 0
            easy_get_size(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced)
            received.reserveCapacity(max(bytes.count, Int(announced)))
        }
        received.append(contentsOf: bytes)
        return bytes.count
    }

    private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = request.body else { return 0 }
        let piece = body[sentBytes...].prefix(buffer.count)
        buffer.copyBytes(from: piece)
        sentBytes += piece.count
        return piece.count
    }
}
