import CLinux
import Glibc
import SystemPackage

/// Tells which of many sockets are ready, by epoll(7), and has a bell by which other threads wake the one that waits.
final class EventQueue: Sendable {
    private let queue: Int32
    private let bell: Int32

    /// - Throws: ``Errno`` where the process has too many files open.
    init() throws(Errno) {
        queue = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard queue >= 0 else { throw Errno(rawValue: errno) }
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard bell >= 0 else {
            let error = Errno(rawValue: errno)
            close(queue)
            throw error
        }
        // By edges: a ring is an event of its own, and nothing needs to be read from the bell.
        control(EPOLL_CTL_ADD, bell, EPOLLIN.rawValue | EPOLLET.rawValue)
    }

    deinit {
        close(bell)
        close(queue)
    }

    /// Wakes the thread that waits, or is about to.
    func ring() {
        eventfd_write(bell, 1)
    }

    /// Watches a socket from now on, in place of what was watched of it.
    func watch(_ socket: Int32, isNew: Bool, reading: Bool, writing: Bool) {
        let events = (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
        control(isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, events)
    }

    /// Watches a socket no longer.
    func forget(_ socket: Int32) {
        control(EPOLL_CTL_DEL, socket, 0)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) {
        var event = epoll_event()
        event.events = events
        event.data.fd = descriptor
        epoll_ctl(queue, operation, descriptor, &event)
    }

    /// Waits until something happens, or for so long; -1: for ever.
    ///
    /// - Returns: how many of `events` were filled in; -1 where a signal came between.
    func wait(milliseconds: Int, into events: inout [epoll_event]) -> Int {
        Int(epoll_wait(queue, &events, Int32(events.count), Int32(clamping: milliseconds)))
    }

    /// Whether it was the bell.
    func isRing(_ event: epoll_event) -> Bool {
        event.data.fd == bell
    }
}
