import Foundation
import Synchronization
import SystemPackage
import TestSupport

@testable import Spool

/// A disk in memory that knows what was synchronised, fails as its plan says, and can lose its power.
///
/// Renames are atomic. Of changes that were not synchronised a power cut keeps some: in an `ordered` file system, as
/// ext4 and XFS are, a beginning of the changes of directories, all of which every sync writes out; otherwise, as POSIX
/// promises it, each one or not.
final class SimulatedDisk: Disk {
    /// A file or directory.
    final class Node {
        let number: UInt64
        let isDirectory: Bool
        var content: [UInt8] = []
        var entries: [FileName: Node] = [:]
        var durableContent: [UInt8] = []
        var durableEntries: [FileName: Node] = [:]
        var modifiedAt: Date
        var changedAt: Date
        var writers = 0

        init(_ number: UInt64, isDirectory: Bool, at date: Date) {
            self.number = number
            self.isDirectory = isDirectory
            modifiedAt = date
            changedAt = date
        }

        /// The same node as it is now.
        func copy() -> Node {
            let copy = Node(number, isDirectory: isDirectory, at: modifiedAt)
            (copy.content, copy.entries) = (content, entries)
            return copy
        }
    }

    /// An entry that was removed, made, or both.
    private struct Change {
        var removed: (directory: Node, name: FileName)?
        var made: (directory: Node, name: FileName, node: Node)?

        var places: [(directory: Node, name: FileName)] {
            [removed, made.map { ($0.directory, $0.name) }].compactMap { $0 }
        }

        func apply() {
            if let removed { removed.directory.durableEntries[removed.name] = nil }
            if let made { made.directory.durableEntries[made.name] = made.node }
        }
    }

    private struct State {
        var root: Node
        var changes: [Change] = []
        /// What the daemon has removed for its age, by directory.
        var expired: [[FileName]: [(name: String, node: Node)]] = [:]
        var nodeCount: UInt64 = 2
        var numbers: SeededGenerator
    }

    let plan: FaultPlan
    private let time: SeededExecutor
    private let isOrdered: Bool
    /// Whether the kernel says who has files open.
    private let tellsWriters: Bool
    // One thread at a time uses it; the state is full of references, which a Mutex would not give out.
    private nonisolated(unsafe) var state: State

    init(
        seed: UInt64, plan: FaultPlan, time: SeededExecutor, isOrdered: Bool, tellsWriters: Bool
    ) {
        self.plan = plan
        self.time = time
        self.isOrdered = isOrdered
        self.tellsWriters = tellsWriters
        state = State(
            root: Node(1, isDirectory: true, at: time.date), numbers: SeededGenerator(seed: seed &+ 77))
    }

    var now: Date { time.date }

    func uniqueNumber() -> UInt64 { state.numbers.next() }

    // MARK: Disk

    func status(of path: FilePath) throws(SpoolError) -> FileStatus? {
        try plan.perform("look at", path.string) { find(path).map(status) }
    }

    func list(_ directory: FilePath) throws(SpoolError) -> [FileName] {
        try plan.perform("list", directory.string) { () throws(SpoolError) in
            guard let node = find(directory) else { throw Self.missing("list", directory) }
            return node.entries.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        }
    }

    func makeDirectory(_ path: FilePath, mode: mode_t) throws(SpoolError) {
        try plan.perform("create directory", path.string) { () throws(SpoolError) in
            guard find(path) == nil else {
                throw SpoolError(operation: "create directory", path: path.string, code: EEXIST)
            }
            try add(newNode(isDirectory: true), at: path)
        }
    }

    func removeDirectory(_ path: FilePath) throws(SpoolError) {
        try plan.perform("remove directory", path.string) { () throws(SpoolError) in
            guard let node = find(path) else { throw Self.missing("remove directory", path) }
            guard node.entries.isEmpty else {
                throw SpoolError(operation: "remove directory", path: path.string, code: ENOTEMPTY)
            }
            try take(path)
        }
    }

    func remove(_ path: FilePath) throws(SpoolError) {
        try plan.perform("remove", path.string) { () throws(SpoolError) in
            let names = Self.names(of: path)
            guard find(names[...])?.isDirectory == false else { throw Self.missing("remove", path) }
            if names.dropLast().last.map(Self.expiring.contains) == true { noteExpired(names) }
            try take(path)
        }
    }

    func rename(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try plan.perform("rename", source.string) { () throws(SpoolError) in
            if Self.names(of: target).last?.bytes.starts(with: ".pruned-".utf8) == true {
                noteExpired(Self.names(of: source))
            }
            try move(source, to: target)
        }
    }

    func renameIfFree(_ source: FilePath, to target: FilePath) throws(SpoolError) -> Bool {
        try plan.perform("rename", source.string) { () throws(SpoolError) in
            guard find(target) == nil else { return false }
            try move(source, to: target)
            return true
        }
    }

    func link(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try plan.perform("link", source.string) { () throws(SpoolError) in
            guard let node = find(source), !node.isDirectory else { throw Self.missing("link", source) }
            guard find(target) == nil else {
                throw SpoolError(operation: "link", path: target.string, code: EEXIST)
            }
            try add(node, at: target)
        }
    }

    func open(_ path: FilePath) throws(SpoolError) -> any DiskFile {
        try plan.perform("open", path.string) { () throws(SpoolError) in
            guard let node = find(path), !node.isDirectory else { throw Self.missing("open", path) }
            return SimulatedFile(node, path: path.string, disk: self)
        }
    }

    func create(
        _ path: FilePath, _ creation: FileCreation, mode: mode_t
    ) throws(SpoolError) -> any DiskFile {
        try plan.perform("create", path.string) { () throws(SpoolError) in
            if let node = find(path) {
                guard creation != .new else {
                    throw SpoolError(operation: "create", path: path.string, code: EEXIST)
                }
                if creation == .emptied { node.content = [] }
                return SimulatedFile(node, path: path.string, disk: self)
            }
            let node = newNode(isDirectory: false)
            try add(node, at: path)
            return SimulatedFile(node, path: path.string, disk: self)
        }
    }

    func synchronize(directory: FilePath) throws(SpoolError) {
        try plan.perform("synchronise directory", directory.string) { () throws(SpoolError) in
            guard let node = find(directory) else { throw Self.missing("synchronise directory", directory) }
            synchronize(node)
        }
    }

    func hasWriter(_ path: FilePath) -> Bool? {
        guard tellsWriters, let node = find(path) else { return nil }
        return node.writers > 0
    }

    // MARK: Other programs, which no fault of the daemon meets

    /// Makes an empty file that a writer has open.
    func createOpen(_ path: String) throws -> Node {
        let node = newNode(isDirectory: false)
        if find(FilePath(path)) != nil { try take(FilePath(path)) }
        try add(node, at: FilePath(path))
        node.writers += 1
        return node
    }

    /// Appends to a file, wherever it is by now.
    func append(_ bytes: [UInt8], to node: Node) {
        node.content += bytes
        node.modifiedAt = now
        node.changedAt = now
    }

    /// Writes a file, brings it to disk, and gives it its name by rename, as careful programs do.
    func place(_ bytes: [UInt8], at path: String) throws {
        let node = newNode(isDirectory: false)
        node.content = bytes
        node.durableContent = bytes
        if find(FilePath(path)) != nil { try take(FilePath(path)) }
        try add(node, at: FilePath(path))
        if let directory = find(FilePath(path).removingLastComponent()) { synchronize(directory) }
    }

    func makeDirectories(_ paths: [String]) throws {
        for path in paths {
            try add(newNode(isDirectory: true), at: FilePath(path))
        }
        for change in state.changes { change.apply() }
        state.changes = []
    }

    func isNamed(_ node: Node, _ path: String) -> Bool { find(path) === node }

    func node(at path: String) -> Node? { find(path) }

    /// The content of a file.
    func content(of path: String) -> [UInt8]? { node(at: path)?.content }

    /// Names in a directory, sorted.
    func names(in path: String) -> [String] {
        (find(path)?.entries.keys.map(\.text) ?? []).sorted()
    }

    /// What stands in a directory, and what stood there until it was removed for its age.
    func everIn(_ directory: String) -> [(name: String, node: Node)] {
        let standing = (find(directory)?.entries ?? [:]).map { (name: $0.key.text, node: $0.value) }
        // A power cut may have brought it back.
        let gone = state.expired[Self.names(of: directory), default: []].filter { expired in
            !standing.contains { $0.node.number == expired.node.number }
        }
        return (standing + gone).sorted { ($0.name, $0.node.number) < ($1.name, $1.node.number) }
    }

    /// Directories whose files are removed for their age.
    private static let expiring: Set = [FileName("done"), FileName("control")]

    private func noteExpired(_ names: [FileName]) {
        guard let node = find(names[...]), let name = names.last?.text else { return }
        let directory = Array(names.dropLast())
        var gone = state.expired[directory, default: []]
        gone.removeAll { $0.node.number == node.number }
        state.expired[directory] = gone + [(name, node.copy())]
    }

    // MARK: Power

    /// Keeps what is synchronised and, of the rest, what the seed keeps. No writer survives.
    func cutPower(_ random: inout SeededGenerator) {
        if isOrdered {
            for change in state.changes.prefix(Int.random(in: 0...state.changes.count, using: &random)) {
                change.apply()
            }
        } else {
            let share = ([0, 0.5, 0.9, 1] as [Double]).randomElement(using: &random) ?? 0
            var dropped: [(directory: Node, name: FileName)] = []
            for change in state.changes {
                let places = change.places
                let follows = places.contains { place in
                    dropped.contains { $0.directory === place.directory && $0.name == place.name }
                }
                if Double.random(in: 0..<1, using: &random) < share, !follows,
                    places.allSatisfy({ isDurable($0.directory) })
                {
                    change.apply()
                } else {
                    dropped += places
                }
            }
        }
        state.changes = []
        var seen: Set<UInt64> = []
        settle(state.root, &seen, &random)
    }

    private func settle(_ node: Node, _ seen: inout Set<UInt64>, _ random: inout SeededGenerator) {
        guard seen.insert(node.number).inserted else { return }
        node.entries = node.durableEntries
        node.writers = 0
        if node.content != node.durableContent {
            switch Int.random(in: 0...2, using: &random) {
            case 0: node.content = node.durableContent
            case 1:
                node.content = Array(
                    node.content.prefix(Int.random(in: 0...node.content.count, using: &random)))
            default: break
            }
            node.durableContent = node.content
        }
        for child in node.entries.values.sorted(by: { $0.number < $1.number }) {
            settle(child, &seen, &random)
        }
    }

    private func isDurable(_ node: Node) -> Bool {
        var waiting = [state.root]
        while let directory = waiting.popLast() {
            if directory === node { return true }
            waiting += directory.durableEntries.values.filter(\.isDirectory)
        }
        return false
    }

    // MARK: Nodes

    private static func missing(_ operation: String, _ path: FilePath) -> SpoolError {
        SpoolError(operation: operation, path: path.string, code: ENOENT)
    }

    private func find(_ path: FilePath) -> Node? { find(Self.names(of: path)[...]) }

    private func find(_ names: ArraySlice<FileName>) -> Node? {
        var node = state.root
        for name in names {
            guard let next = node.entries[name] else { return nil }
            node = next
        }
        return node
    }

    /// A debug build of FilePath takes its time for this.
    private static func names(of path: FilePath) -> [FileName] {
        path.withPlatformString { text in
            UnsafeBufferPointer(start: text, count: strlen(text)).split(separator: 0x2F).map {
                FileName(bytes: $0.map { UInt8(bitPattern: $0) })
            }
        }
    }

    private static func names(of path: String) -> [FileName] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { FileName(bytes: Array($0)) }
    }

    private func find(_ path: String) -> Node? { find(Self.names(of: path)[...]) }

    private func status(_ node: Node) -> FileStatus {
        FileStatus(
            kind: node.isDirectory ? .directory : .regular, size: node.content.count, inode: node.number,
            modifiedAt: node.modifiedAt, changedAt: node.changedAt)
    }

    fileprivate func statusNow(_ node: Node) -> FileStatus { status(node) }

    private func newNode(isDirectory: Bool) -> Node {
        state.nodeCount += 1
        return Node(state.nodeCount, isDirectory: isDirectory, at: now)
    }

    private func parent(of path: FilePath) throws(SpoolError) -> (Node, FileName) {
        let names = Self.names(of: path)
        guard let name = names.last, let directory = find(names.dropLast()) else {
            throw Self.missing("find", path)
        }
        return (directory, name)
    }

    private func add(_ node: Node, at path: FilePath) throws(SpoolError) {
        let (directory, name) = try parent(of: path)
        directory.entries[name] = node
        state.changes.append(Change(made: (directory, name, node)))
    }

    private func take(_ path: FilePath) throws(SpoolError) {
        let (directory, name) = try parent(of: path)
        directory.entries[name] = nil
        state.changes.append(Change(removed: (directory, name)))
    }

    private func move(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        guard let node = find(source) else { throw Self.missing("rename", source) }
        let (from, name) = try parent(of: source)
        let (into, newName) = try parent(of: target)
        from.entries[name] = nil
        into.entries[newName] = node
        node.changedAt = now
        state.changes.append(Change(removed: (from, name), made: (into, newName, node)))
    }

    fileprivate func synchronize(_ node: Node) {
        node.durableContent = node.content
        if isOrdered {
            for change in state.changes { change.apply() }
            state.changes = []
        } else if node.isDirectory {
            commit { change in change.places.contains { $0.directory === node } }
            makeReachable(node)
        }
    }

    /// Makes changes durable, each after the earlier ones of the same names.
    private func commit(where isMeant: (Change) -> Bool) {
        var index = state.changes.count - 1
        var wanted: [(directory: Node, name: FileName)] = []
        var committed: [Int] = []
        while index >= 0 {
            let change = state.changes[index]
            let isNeeded = change.places.contains { place in
                wanted.contains { $0.directory === place.directory && $0.name == place.name }
            }
            if isNeeded || isMeant(change) {
                wanted += change.places
                committed.append(index)
            }
            index -= 1
        }
        let durable = committed.reversed().map { state.changes[$0] }
        for change in durable { change.apply() }
        let gone = Set(committed)
        state.changes = state.changes.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
        // A rename is atomic: what is gone from the one place is kept at the other.
        for change in durable where change.removed != nil {
            if let made = change.made { makeReachable(made.directory) }
        }
    }

    /// A file system that keeps a directory keeps the directories it stands in.
    private func makeReachable(_ node: Node) {
        for change in state.changes {
            guard let made = change.made, made.node === node else { continue }
            commit { $0.made?.node === node }
            return makeReachable(made.directory)
        }
    }
}

private final class SimulatedFile: DiskFile {
    // Used by one thread at a time, as the disk is.
    private nonisolated(unsafe) let node: SimulatedDisk.Node
    private let path: String
    private let disk: SimulatedDisk

    init(_ node: SimulatedDisk.Node, path: String, disk: SimulatedDisk) {
        self.node = node
        self.path = path
        self.disk = disk
    }

    func status() throws(SpoolError) -> FileStatus {
        try disk.plan.perform("look at", path) { disk.statusNow(node) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SpoolError) -> Int {
        try disk.plan.perform("read", path) {
            let bytes = node.content.dropFirst(offset).prefix(buffer.count)
            buffer.copyBytes(from: bytes)
            return bytes.count
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) -> Int {
        try disk.plan.perform("write", path) {
            node.content += bytes
            return bytes.count
        }
    }

    func synchronize() throws(SpoolError) {
        try disk.plan.perform("synchronise", path) { disk.synchronize(node) }
    }

    func nextData(from offset: Int) -> Int { offset }
}
