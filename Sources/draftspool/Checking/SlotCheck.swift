import JSON
import Calibration
import Engine
import Foundation
import Logging
import PromptBatch
import Settings
import Speculation

/// Whether the engine answers as well with several slots busy as with one: some builds compute nonsense then.
///
/// The same prompts are asked alone and in all slots at once, at temperature 0. That answers differ does not condemn an
/// engine: steps over more tokens add numbers up in another order, which decides where two tokens are nearly alike. But
/// it seldom does so within a few tokens, and hardly in one slot after another prompt: see ``SlotAnswers``.
struct SlotCheck: Sendable {
    /// The most slots that are asked at once.
    private static let mostSlots = 4
    private static let tokens = 12
    private static let contextTokens = 512
    private static let prompts = [
        "Write a Python function that checks whether a number is prime.",
        "What is the capital of Portugal?",
        "Translate into French: The cat sleeps on the chair.",
        "List the first five planets of the solar system, nearest first.",
        "Write the first two sentences of a story about a lighthouse.",
    ]

    let settings: Settings

    func findings() async -> [Finding] {
        do {
            let inspection = try await EngineInspection.inspect(server: settings.engine.server)
            let slots = min(Self.mostSlots, slots(of: inspection.dialect))
            guard slots > 1 else { return [.ok("slots", "one slot, so there is nothing to compare")] }
            return [finding(about: try await answers(slots: slots, of: inspection), inspection)]
        } catch {
            return [
                .fail(
                    "slots", "the engine cannot be asked: \(error)",
                    remedy:
                        "see to what it says; if a daemon runs, stop it meanwhile: the engine needs its memory"
                )
            ]
        }
    }

    private func slots(of dialect: EngineDialect) -> Int {
        let drafts = settings.speculation.maximumDepth > 0 && settings.engine.choosesBusySlots
        return min(settings.engine.slots, drafts ? dialect.mostDraftingSlots ?? .max : .max)
    }

    private func finding(about answers: SlotAnswers, _ inspection: EngineInspection) -> Finding {
        let wrong = answers.wrongSlots
        guard !wrong.isEmpty else {
            let few = answers.differing
            return .ok(
                "slots",
                "\(answers.slots) slots answer at once as one does alone"
                    + (few > 0 ? ", but for \(few) of \(answers.count) answers, as rounding may make it" : "")
            )
        }
        let numbers = wrong.map(String.init).joined(separator: ", ")
        let another = "set engine.slots to 1, or use another build"
        let canLeaveOutRepacking =
            inspection.flags.contains("--no-repack")
            && !settings.engine.extraArguments.contains("--no-repack")
        return .warn(
            "slots",
            "asked in \(answers.slots) slots at once, the engine answers otherwise than alone in "
                + "\(wrong.count == 1 ? "slot" : "slots") \(numbers): this build may compute nonsense there",
            remedy: canLeaveOutRepacking
                ? "add \"--no-repack\" to engine.extra-arguments and run this again; if that does not help, \(another)"
                : another)
    }

    private func answers(slots: Int, of program: EngineInspection) async throws -> SlotAnswers {
        let engine = settings.engine
        let runtimeDirectory = try RuntimeDirectory.make(for: "doctor-\(getpid())")
        defer { rmdir(runtimeDirectory) }
        let configuration = LlamaServerConfiguration(
            server: engine.server, dialect: program.dialect, knownOptions: program.flags,
            model: engine.model, slots: slots, contextTokens: Self.contextTokens,
            runtimeDirectory: runtimeDirectory, socketName: "doctor",
            extraArguments: (engine.devices.first.map { ["--device", $0] } ?? []) + engine.extraArguments,
            startTimeout: engine.startTimeout, stopTimeout: engine.stopTimeout,
            stallLimit: StallLimit(engine.stallTimeout))
        return try await ManagedLlamaServer.run(
            configuration, setting: .off,
            logger: Logger(label: "draftspool") { _ in SwiftLogNoOpLogHandler() }
        ) { running in
            var answers = SlotAnswers(slots: slots)
            for prompt in Self.prompts {
                let alone = try await answer(to: prompt, in: 0, of: running.engine, dialect: program.dialect)
                let together = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                    for slot in 0..<slots {
                        group.addTask {
                            (
                                slot,
                                try await answer(
                                    to: prompt, in: slot, of: running.engine, dialect: program.dialect)
                            )
                        }
                    }
                    return try await group.reduce(into: [String](repeating: "", count: slots)) {
                        $0[$1.0] = $1.1
                    }
                }
                answers.add(alone: alone, together: together)
            }
            return answers
        }
    }

    private func answer(
        to prompt: String, in slot: Int, of engine: any GenerationEngine, dialect: EngineDialect
    ) async throws -> String {
        let body: JSON = [
            "messages": [["role": "user", "content": .string(prompt)]], "max_tokens": JSON(Self.tokens),
            "temperature": 0, "cache_prompt": false,
        ]
        let response = try await engine.generate(
            GenerationRequest(
                path: "/v1/chat/completions", body: body, slot: slot, defaults: dialect.requestDefaults,
                timeout: settings.engine.requestTimeout))
        return (response.body["choices"]?[0]?["message"]).map { $0.text } ?? ""
    }
}
