import Foundation

/// The figures others published, from `published-mtp-benchmarks.json` beside this file (sources inside it).
struct PublishedBenchmarks: Decodable {
    struct QuantizationByTask: Decodable {
        let depth: [String: Int]
        let baseline: [String: Double]
        let speculating: [String: [String: Double]]
        let acceptanceRange: [String: [Double]]

        enum CodingKeys: String, CodingKey {
            case depth
            case baseline = "baseline_tok_s"
            case speculating = "mtp_tok_s"
            case acceptanceRange = "acceptance_range"
        }
    }

    struct PerPrompt: Decodable {
        struct Row: Decodable {
            let prompt: String
            let acceptance: Double
            let speed: Double

            enum CodingKeys: String, CodingKey {
                case prompt, acceptance
                case speed = "tok_s"
            }
        }

        let baseline: Double
        let rows: [Row]

        enum CodingKeys: String, CodingKey {
            case baseline = "baseline_tok_s"
            case rows
        }
    }

    struct PerPosition: Decodable {
        let depth3: [Double]

        enum CodingKeys: String, CodingKey {
            case depth3 = "depth_3"
        }
    }

    let byTask: QuantizationByTask
    let perPrompt: PerPrompt
    let perPosition: PerPosition

    enum CodingKeys: String, CodingKey {
        case byTask = "qwen3_6_27b_quant_by_task"
        case perPrompt = "qwen3_6_27b_q8_per_prompt"
        case perPosition = "per_position_acceptance"
    }

    static func load() throws -> PublishedBenchmarks {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("published-mtp-benchmarks.json")
        return try JSONDecoder().decode(PublishedBenchmarks.self, from: Data(contentsOf: file))
    }
}
