import Foundation
import Logging
import Spool
import SystemPackage

/// Brings orders and the ledger together.
struct OrderSettling {
    /// Between two searches for files of orders that have no batch, and how long an order has none before that.
    private static let searchInterval: Duration = .seconds(60)
    /// How long an order whose file is gone can be looked up, seconds.
    private static let lostOrderLifetime = 30 * 86400.0

    let book: OrderBook
    let ledger: Ledger
    let layout: SpoolLayout
    let logger: Logger
    private var nextSearch = ContinuousClock.now
    private var trouble: String?

    init(of book: OrderBook, by ledger: Ledger, in layout: SpoolLayout, logger: Logger) {
        self.book = book
        self.ledger = ledger
        self.layout = layout
        self.logger = logger
    }

    /// Lets files in that wait for that, and finds the batches of orders that have none.
    mutating func settle() async {
        var problem: String?
        let isSearching = nextSearch <= .now
        if isSearching { nextSearch = .now + Self.searchInterval }
        for order in await book.withoutBatch.reversed() where order.isOpen {
            do throws(SpoolError) {
                try await settle(order, isSearching: isSearching)
            } catch {
                problem = "\(error)"
            }
        }
        if let problem, problem != trouble { logger.error("Batches of the API wait: \(problem)") }
        trouble = problem
    }

    private func settle(_ order: BatchOrder, isSearching: Bool) async throws(SpoolError) {
        try await book.letIn(order)
        if let batch = try await batch(of: order) {
            try await book.connect(order.id, to: batch.id)
        } else if isSearching, try await isLost(order) {
            try await book.noteLost(order.id)
            logger.error("The file of \(order.id) is gone: somebody took it away before it was read")
        }
    }

    /// Forgets orders whose batches the ledger has forgotten.
    func prune() async throws(SpoolError) {
        for order in await book.all {
            if let batchID = order.batchID {
                if try await ledger.batch(id: batchID) == nil { try await book.forget(order.id) }
            } else if let lostAt = order.lostAt,
                layout.disk.now.timeIntervalSince(lostAt) > Self.lostOrderLifetime
            {
                try await book.forget(order.id)
            }
        }
    }

    /// Orders of the same upload share an inode number; the first of their batches is the first order's.
    private func batch(of order: BatchOrder) async throws(SpoolError) -> BatchRecord? {
        for batch in try await ledger.batches(inode: order.inode, after: order.after)
        where batch.continues == nil {
            if await book.order(ofBatch: batch.id) == nil { return batch }
        }
        return nil
    }

    /// Whether the file of an order is nowhere on its way, which it goes in this order.
    private func isLost(_ order: BatchOrder) async throws(SpoolError) -> Bool {
        let age = layout.disk.now.timeIntervalSince(order.createdAt)
        guard age > Self.searchInterval / .seconds(1) else { return false }
        if try layout.disk.exists(book.stagedPath(of: order.id)) { return false }
        if try holds(order.inode, layout.incoming) { return false }
        for id in try RecordFile.names(in: layout.active, on: layout.disk) {
            if try holds(order.inode, layout.inputDirectory(batch: id)) { return false }
        }
        return try await batch(of: order) == nil
    }

    private func holds(_ inode: UInt64, _ directory: String) throws(SpoolError) -> Bool {
        do throws(SpoolError) {
            for name in try layout.disk.list(FilePath(directory)) {
                if try layout.disk.status(of: name.path(in: directory))?.inode == inode { return true }
            }
            return false
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw error }
            return false
        }
    }
}
