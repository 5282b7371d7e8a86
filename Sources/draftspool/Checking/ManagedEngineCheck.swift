import Engine
import Foundation
import PromptBatch
import Settings

/// Whether llama-server and the model can do what Draftspool is for.
struct ManagedEngineCheck: Sendable {
    let settings: Settings

    func findings() async -> [Finding] {
        [await engine] + model
    }

    private var engine: Finding {
        get async {
            let server = settings.engine.server
            do {
                let inspection = try await EngineInspection.inspect(server: server)
                return finding(about: inspection)
            } catch {
                return .fail(
                    "engine", "\(error)",
                    remedy: "install llama-server (llama.cpp), or set engine.server to its path")
            }
        }
    }

    private func finding(about inspection: EngineInspection) -> Finding {
        let dialect = inspection.dialect
        let text = "\(settings.engine.server), \(dialect.name) \(inspection.version)"
        guard inspection.supportsDraftMTP else {
            return .warn(
                "engine", "\(text): does not list MTP under --spec-type, so everything runs at depth 0",
                remedy: "install a build from May 2026 or later, and set engine.server to it")
        }
        let slots = settings.engine.choosesBusySlots ? 1 : settings.engine.slots
        if let most = dialect.mostDraftingSlots, slots > most, settings.speculation.maximumDepth > 0 {
            return .warn(
                "engine",
                "\(text): drafts with \(most) slot only, and engine.slots is \(slots), so everything runs at depth 0",
                remedy: "set engine.slots to \(most) or auto")
        }
        return .ok("engine", "\(text), drafts with MTP; \(Self.consequences(of: dialect))")
    }

    private static func consequences(of dialect: EngineDialect) -> String {
        let slots = dialect.mostDraftingSlots.map { "\($0) slot while it drafts" } ?? "any number of slots"
        return dialect.isExpectedToHonourDepth
            ? "\(slots), a depth for each request from one engine (shown by a test at its start)"
            : "\(slots), an engine for each depth (unless a test at its start shows that requests choose theirs)"
    }

    private var model: [Finding] {
        let path = settings.engine.model
        guard !path.isEmpty else {
            return [
                .fail(
                    "model", "no model is configured",
                    remedy:
                        "set engine.model to a GGUF file with an MTP block, or set engine.endpoint")
            ]
        }
        let metadata: GGUFMetadata
        do {
            metadata = try GGUFMetadata(path: path)
        } catch {
            return [
                .fail(
                    "model", "\(error)".contains(path) ? "\(error)" : "\(path): \(error)",
                    remedy: "set engine.model to a GGUF file that you and the daemon's user can read")
            ]
        }
        let facts = [
            metadata.architecture, metadata.quantization, FigureText.bytes(metadata.fileBytes),
            metadata.contextTokens.map { "context \($0)" },
        ]
        let text = "\(path): " + facts.compactMap { $0 }.joined(separator: ", ")
        return [Self.drafting(metadata, text), context(metadata), memory(metadata)].compactMap { $0 }
    }

    private static func drafting(_ metadata: GGUFMetadata, _ text: String) -> Finding {
        metadata.hasMTPBlock
            ? .ok("model", text + ", MTP block present")
            : .warn(
                "model", text + ", no MTP block, so everything runs at depth 0",
                remedy: "use a GGUF that keeps the MTP block, for example of Qwen3.6-27B-MTP")
    }

    private func context(_ metadata: GGUFMetadata) -> Finding? {
        guard let trained = metadata.contextTokens, settings.engine.contextTokens > trained else {
            return nil
        }
        return .warn(
            "context",
            "engine.context is \(settings.engine.contextTokens) tokens; the model was trained for \(trained)",
            remedy: "set engine.context to \(trained) or less")
    }

    private func memory(_ metadata: GGUFMetadata) -> Finding? {
        guard let available = MemoryFigures.availableBytes() else { return nil }
        let text = "\(FigureText.bytes(available)) of memory available"
        guard metadata.fileBytes > available, !MemoryFigures.hasGPU else { return .ok("memory", text) }
        return .warn(
            "memory", "\(text), the model has \(FigureText.bytes(metadata.fileBytes))",
            remedy: "use a smaller quantisation; the model would be read from disk again and again")
    }
}
