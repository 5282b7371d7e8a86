import Foundation
import PromptBatch
import Synchronization
import TestSupport

@testable import Spool

/// Those who drop files and ask for batches to be cancelled or tried again. They outlive the daemon.
final class SimulatedPeople: @unchecked Sendable {
    // Unchecked: one thread runs everything in a simulation.
    /// A request, and of what file.
    struct Request {
        let id: String
        let action: ControlRequest.Action
        let name: String
    }

    private(set) var files: [SubmittedFile] = []
    private(set) var requests: [Request] = []
    private(set) var haveLeft = false
    private let disk: SimulatedDisk
    private let layout: SpoolLayout
    private let executor: SeededExecutor
    private let isCareful: Bool
    private var random: SeededGenerator
    private var incoming: AsyncStream<IncomingWatcher.Event>.Continuation?
    private var control: AsyncStream<IncomingWatcher.Event>.Continuation?

    init(
        seed: UInt64, disk: SimulatedDisk, layout: SpoolLayout, executor: SeededExecutor, isCareful: Bool
    ) {
        self.disk = disk
        self.layout = layout
        self.executor = executor
        self.isCareful = isCareful
        random = SeededGenerator(seed: seed &+ 2)
        for number in 0..<Int.random(in: 1...3, using: &random) {
            files.append(.make(number, isCareful: isCareful, using: &random))
        }
    }

    /// Whom the kernel tells of what happens; nobody while no daemon runs.
    func watch(
        incoming: AsyncStream<IncomingWatcher.Event>.Continuation?,
        control: AsyncStream<IncomingWatcher.Event>.Continuation?
    ) {
        self.incoming = incoming
        self.control = control
    }

    /// Comes with files and requests until all of them are there.
    func come() async {
        await withTaskGroup { group in
            for file in files {
                let delay = Duration.milliseconds(Int.random(in: 0...3000, using: &random))
                let pieces = file.pieces(using: &random)
                group.addTask {
                    try? await self.executor.sleep(for: delay)
                    try? await self.drop(file, pieces: pieces)
                }
            }
            for number in 0..<Int.random(in: 0...4, using: &random) {
                let delay = Duration.milliseconds(Int.random(in: 0...12000, using: &random))
                let action: ControlRequest.Action = Bool.random(using: &random) ? .cancel : .retry
                let file = files.randomElement(using: &random)
                let copies = Int.random(in: 1...3, using: &random)
                group.addTask {
                    try? await self.executor.sleep(for: delay)
                    guard let file else { return }
                    for copy in 0..<copies { self.ask("r\(number)-\(copy)", action, of: file.name) }
                }
            }
        }
        haveLeft = true
    }

    private func drop(_ file: SubmittedFile, pieces: [[UInt8]]) async throws {
        let path = layout.incoming + "/" + file.name
        // Its owner looks before he writes over another's file.
        while disk.content(of: path) != nil { try await executor.sleep(for: .milliseconds(200)) }
        let name = FileName(file.name)
        if FaultPlan.traces { print("drop \(file.tag) \(file.name) \(file.manner) \(file.content.count)") }
        switch file.manner {
        case .renamedIn:
            try disk.place(file.content, at: path)
            incoming?.yield(.arrived(name))
        case .written:
            let node = try disk.createOpen(path)
            incoming?.yield(.created(name))
            incoming?.yield(.opened(name))
            for piece in pieces {
                try await executor.sleep(for: .milliseconds(Int.random(in: 0...9000, using: &random)))
                disk.append(piece, to: node)
            }
            close(node, name)
        case .renamedInOpen:
            let node = try disk.createOpen(path)
            incoming?.yield(.arrived(name))
            for piece in pieces {
                disk.append(piece, to: node)
                try await executor.sleep(for: .milliseconds(Int.random(in: 0...4000, using: &random)))
            }
            close(node, name)
        }
    }

    private func close(_ node: SimulatedDisk.Node, _ name: FileName) {
        node.writers -= 1
        if disk.isNamed(node, layout.incoming + "/" + name.text) { incoming?.yield(.arrived(name)) }
    }

    private func ask(_ id: String, _ action: ControlRequest.Action, of name: String) {
        let request = ControlRequest(action: action, batch: name)
        guard let bytes = try? JSONEncoder().encode(request) else { return }
        requests.append(Request(id: id, action: action, name: name))
        try? disk.place([UInt8](bytes), at: layout.control + "/\(id).request.json")
        control?.yield(.arrived(FileName("\(id).request.json")))
    }
}
