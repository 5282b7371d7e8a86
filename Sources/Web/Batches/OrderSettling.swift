import Foundation
import Logging
import Spool
import SystemPackage

/// Brings orders and the ledger together.
struct OrderSettling {
    /// Between two searches for files of orders that have no batch, and how long an order has none before that; seconds.
    private static let searchInterval = 60.0
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
        for order in await book.withoutBatch.reversed() where order.isOpen {
            do throws(SpoolError) {
                try await book.letIn(order)
                try await connect(order)
            } catch {
                problem = "\(error)"
            }
        }
        if nextSearch <= .now {
            nextSearch = ContinuousClock.now + .seconds(Self.searchInterval)
            do throws(SpoolError) { try await noteLost() } catch { problem = "\(error)" }
        }
        if let problem, problem != trouble { logger.error("Batches of the API wait: \(problem)") }
        trouble = problem
    }

    /// - Returns: Whether the order has a batch now.
    @discardableResult
    private func connect(_ order: BatchOrder) async throws(SpoolError) -> Bool {
        guard let batch = try await batch(of: order) else { return false }
        try await book.connect(order.id, to: batch.id)
        return true
    }

    /// Notes the orders whose files are nowhere on their way, which they go from `incoming/` through `active/` to the
    /// ledger.
    private func noteLost() async throws(SpoolError) {
        let end = layout.disk.now.addingTimeInterval(-Self.searchInterval)
        let orders = await book.withoutBatch.reversed().filter { $0.isOpen && $0.createdAt < end }
        guard !orders.isEmpty else { return }
        var onTheirWay = try inodes(in: layout.incoming)
        for id in try RecordFile.names(in: layout.active, on: layout.disk) {
            onTheirWay.formUnion(try inodes(in: layout.inputDirectory(batch: id)))
        }
        for order in orders where !onTheirWay.contains(order.inode) {
            guard try await !connect(order) else { continue }
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

    /// Of the files in a directory, hidden ones too; none where there is no such directory.
    private func inodes(in directory: String) throws(SpoolError) -> Set<UInt64> {
        do throws(SpoolError) {
            var inodes: Set<UInt64> = []
            for name in try layout.disk.list(FilePath(directory)) {
                if let status = try layout.disk.status(of: name.path(in: directory)) {
                    inodes.insert(status.inode)
                }
            }
            return inodes
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw error }
            return []
        }
    }
}
