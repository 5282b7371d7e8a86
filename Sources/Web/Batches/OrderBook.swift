import Foundation
import Logging
import PromptBatch
import Spool
import SystemPackage

/// The batches that clients have created: `api/batches/ID.json`.
///
/// A batch's file is first made in `incoming/` under a hidden name, see ``OrderFile``; then the order is written; then the file gets
/// its name there, through the door that every file comes in by. A stop before the order leaves nothing, and one after
/// it a file that is let in at the next start.
actor OrderBook {
    private let layout: SpoolLayout
    private let logger: Logger
    private let control: ControlBox
    private var orders = KnownOrders()
    /// Whether ``orders`` are all that were taken.
    private var knowsAll = false
    /// How many orders of an upload are being copied: they will be taken.
    private var copies: [String: Int] = [:]

    init(layout: SpoolLayout, logger: Logger) {
        self.layout = layout
        self.logger = logger
        control = ControlBox(layout: layout)
    }

    private nonisolated var disk: any Disk { layout.disk }
    private nonisolated var directory: String { layout.api + "/batches" }
    private nonisolated func path(of id: String) -> String { "\(directory)/\(id)\(Self.recordSuffix)" }
    /// Where the file of an order waits until it is let in.
    nonisolated func stagedPath(of id: String) -> String {
        layout.incoming + "/" + Self.stagedPrefix + id + Self.stagedSuffix
    }

    private static let recordSuffix = ".json"
    /// See `Disk.replace`.
    private static let unfinishedSuffix = ".tmp"
    private static let stagedPrefix = ".api-"
    private static let stagedSuffix = ".part"

    /// Reads what is there, and removes files of orders that were not written.
    func load() throws(SpoolError) {
        var found: [String: BatchOrder] = [:]
        var areAllRead = true
        for name in try RecordFile.names(in: directory, on: disk) {
            let path = directory + "/" + name
            guard !name.hasPrefix(".") else {
                // One that was not written to its end.
                if name.hasSuffix(Self.unfinishedSuffix) { try? disk.remove(FilePath(path)) }
                continue
            }
            do throws(SpoolError) {
                let order: BatchOrder = try RecordFile.read(path, on: disk)
                found[order.id] = order
            } catch {
                if error.isTemporary { throw error }
                areAllRead = false
                logger.error("A batch's record is passed over, and old uploads are kept meanwhile: \(error)")
            }
        }
        for name in try RecordFile.names(in: layout.incoming, on: disk) {
            guard name.hasPrefix(Self.stagedPrefix), name.hasSuffix(Self.stagedSuffix) else { continue }
            let id = String(name.dropFirst(Self.stagedPrefix.count).dropLast(Self.stagedSuffix.count))
            // That of a record that cannot be read stays.
            guard BatchOrder.isID(id), found[id] == nil, try !disk.exists(path(of: id)) else { continue }
            try disk.remove(FilePath(stagedPath(of: id)))
        }
        orders = KnownOrders()
        for order in found.values { orders.note(order) }
        knowsAll = areAllRead
    }

    /// The order of this id.
    func order(_ id: String) -> BatchOrder? { orders[id] }

    /// The order that a batch of the ledger came by; nil if it came otherwise.
    func order(ofBatch batchID: String) -> BatchOrder? { orders.ofBatch(batchID) }

    /// The order of a request that a client repeats; nil if the request is a new one, or has no name.
    ///
    /// - Parameter key: what the client calls the request.
    func order(key: String?, as wish: BatchWish) throws(APIError) -> BatchOrder? {
        guard let key, let order = orders.ofKey(key) else { return nil }
        guard order.isSame(as: wish) else {
            throw .invalid(
                "The Idempotency-Key was given with other parameters before; see \(order.id).",
                code: "idempotency_key_reused")
        }
        return order
    }

    /// All of them, in no order.
    var all: [BatchOrder] { orders.all }

    /// The orders of an upload, in no order.
    func orders(ofUpload upload: String) -> [BatchOrder] { orders.ofUpload(upload) }

    /// Orders without a batch, newest first.
    var withoutBatch: [BatchOrder] {
        orders.all.filter { $0.batchID == nil }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
    }

    /// Takes an order: from then on there is the batch, whatever happens.
    ///
    /// - Parameters:
    ///   - content: the path of the upload's content.
    ///   - key: what the client calls the request; the same one again is answered with the same order.
    ///   - after: the last batch of the ledger.
    func take(
        _ wish: BatchWish, of upload: Upload, content: String, key: String?, after: Int64
    ) async throws -> BatchOrder {
        if let earlier = try self.order(key: key, as: wish) { return earlier }
        let id = BatchOrder.makeID()
        let staged = FilePath(stagedPath(of: id))
        var isLimited = true
        do {
            let file = OrderFile(path: staged, content: content, disk: disk)
            switch try file.link(wish.window) {
            case .linked: break
            case .linkedWithoutWindow: isLimited = false
            case .wantsCopy:
                try await copy(file, wish.window, of: upload)
                // The same request may have come again meanwhile.
                if let earlier = try self.order(key: key, as: wish) {
                    try? disk.remove(staged)
                    return earlier
                }
            }
        } catch {
            try? disk.remove(staged)
            guard (error as? SpoolError)?.code == ENOENT else { throw error }
            throw APIError.notFound("No such File object: \(upload.id).", param: "input_file_id")
        }
        if !isLimited {
            logger.warning(
                "\(id) never expires: the file system of the spool keeps no attributes of files, such as a deadline"
            )
        }
        let order: BatchOrder
        do throws(SpoolError) {
            guard let status = try disk.status(of: staged) else {
                throw SpoolError(operation: "look at", path: staged.string, code: ENOENT)
            }
            let now = RecordFile.now(on: disk)
            order = BatchOrder(
                id: id, inputFile: upload.id, endpoint: wish.endpoint,
                completionWindow: wish.completionWindow, metadata: wish.metadata, idempotencyKey: key,
                createdAt: now,
                expiresAt: isLimited ? Deadline.within(wish.window).instant(claimedAt: now) : nil,
                name: upload.dropName, inode: status.inode, after: after)
            try disk.synchronize(directory: FilePath(layout.incoming))
            try RecordFile.makeDirectories([layout.api, directory], in: layout.root, on: disk)
            try write(order)
        } catch {
            try? disk.remove(FilePath(path(of: id)))
            try? disk.remove(staged)
            throw error
        }
        orders.note(order)
        do throws(SpoolError) { try letIn(order) } catch {
            logger.warning("\(order.id) is let in later: \(error)")
        }
        return order
    }

    private func copy(_ file: OrderFile, _ window: Duration, of upload: Upload) async throws {
        copies[upload.id, default: 0] += 1
        defer {
            let others = (copies[upload.id] ?? 1) - 1
            copies[upload.id] = others > 0 ? others : nil
        }
        try await file.copy(window)
    }

    /// Deletes an upload that no batch is made of any more. Orders are taken here too, so that none is taken of it
    /// meanwhile.
    ///
    /// - Parameter ended: orders whose batches have come to their end.
    /// - Returns: False if there is another order of it, if not all orders are known, or if it is gone.
    func delete(_ upload: String, of uploads: UploadStore, unlessUsedBeside ended: Set<String>)
        throws(SpoolError) -> Bool
    {
        guard knowsAll, copies[upload] == nil,
            orders.ofUpload(upload).allSatisfy({ $0.lostAt != nil || ended.contains($0.id) })
        else { return false }
        return try uploads.delete(upload)
    }

    /// Notes that a batch is to be cancelled as soon as there is one.
    ///
    /// - Returns: False if it is there, or will not come.
    func cancel(_ id: String) throws(SpoolError) -> Bool {
        guard var order = orders[id], order.isOpen else { return false }
        order.cancellingAt = order.cancellingAt ?? RecordFile.now(on: disk)
        try keep(order)
        return true
    }

    /// Notes that a batch of the ledger is being cancelled.
    func noteCancelling(_ id: String) throws(SpoolError) {
        guard var order = orders[id], order.cancellingAt == nil else { return }
        order.cancellingAt = RecordFile.now(on: disk)
        try keep(order)
    }

    /// Notes the batch of an order, and has it cancelled if the client asked for that before it was there.
    func connect(_ id: String, to batchID: String) throws(SpoolError) {
        guard var order = orders[id] else { return }
        // Before it is noted: to ask twice does no harm.
        if order.cancellingAt != nil { _ = try control.ask(ControlRequest(action: .cancel, batch: batchID)) }
        order.batchID = batchID
        try keep(order)
    }

    /// Notes that an order will have no batch.
    func noteLost(_ id: String) throws(SpoolError) {
        guard var order = orders[id] else { return }
        order.lostAt = RecordFile.now(on: disk)
        try keep(order)
    }

    /// Lets the file of an order in, if it still waits for that.
    func letIn(_ order: BatchOrder) throws(SpoolError) {
        let staged = stagedPath(of: order.id)
        guard try disk.exists(staged) else { return }
        _ = try IncomingDoor(layout: layout).admit(staged, as: order.name)
    }

    /// Writes an order as it is now.
    func keep(_ order: BatchOrder) throws(SpoolError) {
        try write(order)
        orders.note(order)
    }

    /// Forgets an order whose batch is forgotten.
    func forget(_ id: String) throws(SpoolError) {
        do throws(SpoolError) { try disk.remove(FilePath(path(of: id))) } catch {
            guard error.code == ENOENT else { throw error }
        }
        orders.forget(id)
    }

    private func write(_ order: BatchOrder) throws(SpoolError) {
        let path = path(of: order.id)
        try disk.replace(path, with: try RecordFile.bytes(of: order, for: path))
    }
}
