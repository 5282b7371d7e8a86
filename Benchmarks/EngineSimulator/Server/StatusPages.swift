import JSON
import EngineSimulation
import PromptBatch

/// What llama-server tells of itself, brought to the present.
struct StatusPages {
    private let options: ServerOptions
    private let driver: EngineDriver
    private var engine: SimulatedEngine { driver.engine }

    init(options: ServerOptions, driver: EngineDriver) {
        self.options = options
        self.driver = driver
        driver.catchUp()
    }

    /// `speculative.types` is "none" here whether it drafts or not, as in the real one.
    var properties: String {
        text([
            "default_generation_settings": [
                "params": ["speculative.types": "none"], "n_ctx": JSON(options.contextTokensPerSlot),
            ],
            "total_slots": JSON(options.slots), "model_alias": .string(options.model),
            "model_ftype": .string(engine.profile.quantization), "model_path": .string(options.model),
            "build_info": .string("\(HelpText.buildName)-\(engine.profile.name)"),
        ])
    }

    var models: String {
        text([
            "object": "list",
            "data": [["id": .string(options.model), "object": "model", "owned_by": "llamacpp"]],
        ])
    }

    var slots: String {
        let slots = engine.progress.enumerated().map { index, work -> JSON in
            guard let work else {
                return [
                    "id": JSON(index), "n_ctx": JSON(options.contextTokensPerSlot),
                    "speculative": .bool(options.depth > 0), "is_processing": false,
                ]
            }
            return [
                "id": JSON(index), "n_ctx": JSON(options.contextTokensPerSlot),
                "speculative": .bool(options.depth > 0), "is_processing": true, "id_task": JSON(work.task),
                "n_prompt_tokens_processed": JSON(work.read),
                "next_token": [["n_decoded": JSON(work.generated)]],
            ]
        }
        return text(.array(slots))
    }

    /// Seconds are those of this machine's clock, not of the profile.
    var metrics: String {
        let counters = engine.counters
        func seconds(_ milliseconds: Double) -> Double { milliseconds / 1000 / options.timeScale }
        var lines: [(String, String)] = [
            ("prompt_tokens_total", "\(counters.promptTokens)"),
            ("prompt_seconds_total", "\(seconds(counters.promptMilliseconds))"),
            ("tokens_predicted_total", "\(counters.generatedTokens)"),
            ("tokens_predicted_seconds_total", "\(seconds(counters.generationMilliseconds))"),
            ("n_decode_total", "\(counters.steps)"),
            ("spec_decode_num_drafts_total", "\(counters.draftingSteps)"),
            ("spec_decode_num_draft_tokens_total", "\(counters.draftedTokens)"),
            ("spec_decode_num_accepted_tokens_total", "\(counters.acceptedTokens)"),
            ("requests_processing", "\(driver.processingCount)"),
            ("requests_deferred", "\(engine.waitingCount)"),
        ]
        for (position, count) in counters.acceptedByPosition.enumerated() {
            lines.append(
                (#"spec_decode_num_accepted_tokens_per_pos_total{position="\#(position)"}"#, "\(count)"))
        }
        return lines.map { "llamacpp:\($0.0) \($0.1)\n" }.joined()
    }

    private func text(_ json: JSON) -> String { String(decoding: json.serialized(), as: UTF8.self) }
}
