import CCurl
import CLinux

/// What the thread of an ``HTTPClient`` does: it drives libcurl's multi handle by what epoll reports.
///
/// `curl_multi_poll` would look at every transfer at each event; with `curl_multi_socket_action` an event costs the same
/// however many there are.
final class TransferLoop {
    /// llama-server and uvicorn close an idle connection after 5 seconds; letting go of it sooner avoids sending a
    /// request into a closing connection.
    static let idleSeconds = 2

    private let client: HTTPClient
    private var multi: UnsafeMutableRawPointer?
    private var transfers: [Int: Transfer] = [:]
    /// Whether there may be idle connections.
    private var hasConnections = false

    init(client: HTTPClient) {
        self.client = client
    }

    /// Serves the client until it is closed; then what is under way is given up.
    func run() {
        openMulti()
        defer { closeMulti() }
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        var end: EngineError?
        while end == nil {
            let count = client.events.wait(milliseconds: millisecondsToWait(), into: &events)
            if count == 0, transfers.isEmpty { closeIdleConnections() }
            for event in events.prefix(max(0, count)) {
                if client.events.isRing(event) {
                    end = obey(client.takeInbox())
                } else {
                    act(on: event.data.fd, readiness(event))
                }
            }
            act(on: CURL_SOCKET_BAD, 0)
            finishTransfers()
        }
        for transfer in transfers.values {
            curl_multi_remove_handle(multi, transfer.easy)
            transfer.end(with: .failure(end ?? .cancelled))
        }
    }

    // MARK: Orders

    /// - Returns: why this is the end, if it is.
    private func obey(_ inbox: HTTPClient.Inbox) -> EngineError? {
        for order in inbox.orders {
            let transfer = Transfer(order, tls: client.tls)
            let code = curl_multi_add_handle(multi, transfer.easy)
            guard code == CURLM_OK else {
                transfer.end(with: .failure(.unreachable(String(cString: curl_multi_strerror(code)))))
                continue
            }
            transfers[order.id] = transfer
            hasConnections = true
        }
        for id in inbox.cancelled {
            guard let transfer = transfers.removeValue(forKey: id) else { continue }
            curl_multi_remove_handle(multi, transfer.easy)
            transfer.end(with: .failure(.cancelled))
        }
        return inbox.end
    }

    private func finishTransfers() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left)?.pointee {
            guard message.msg == CURLMSG_DONE, let transfer = Transfer.of(message.easy_handle) else {
                continue
            }
            curl_multi_remove_handle(multi, transfer.easy)
            transfers[transfer.id] = nil
            transfer.end(with: transfer.outcome(message.data.result))
        }
    }

    // MARK: Sockets

    /// -1: until something happens.
    private func millisecondsToWait() -> Int {
        guard !transfers.isEmpty else { return hasConnections ? Self.idleSeconds * 1000 : -1 }
        var milliseconds = -1
        curl_multi_timeout(multi, &milliseconds)
        return milliseconds
    }

    private func act(on socket: Int32, _ readiness: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, readiness, &running)
    }

    private func readiness(_ event: epoll_event) -> Int32 {
        var readiness: Int32 = 0
        if event.events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { readiness |= CURL_CSELECT_IN }
        if event.events & EPOLLOUT.rawValue != 0 { readiness |= CURL_CSELECT_OUT }
        if event.events & EPOLLERR.rawValue != 0 { readiness |= CURL_CSELECT_ERR }
        return readiness
    }

    private func openMulti() {
        multi = curl_multi_init()
        multi_set_number(multi, CURLMOPT_MAXCONNECTS, client.keptConnections)
        multi_set_socket_watcher(
            multi,
            { _, socket, change, context, known in
                guard let context else { return 0 }
                let loop = Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue()
                loop.watch(socket, change, isNew: known == nil)
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func watch(_ socket: Int32, _ change: Int32, isNew: Bool) {
        guard change != CURL_POLL_REMOVE else { return client.events.forget(socket) }
        client.events.watch(
            socket, isNew: isNew, reading: change & CURL_POLL_IN != 0, writing: change & CURL_POLL_OUT != 0)
        if isNew { curl_multi_assign(multi, socket, Unmanaged.passUnretained(self).toOpaque()) }
    }

    /// libcurl looks for connections that were idle for too long only when it needs one.
    private func closeIdleConnections() {
        closeMulti()
        openMulti()
        hasConnections = false
    }

    private func closeMulti() {
        curl_multi_cleanup(multi)
    }
}
