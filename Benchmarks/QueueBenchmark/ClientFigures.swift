/// What a client of `Clients` prints of itself; the start of its interpreter and its imports are not in it.
struct ClientFigures: Codable {
    var prompts: Int
    var promptsPerSecond: Double
    var cpuMicrosecondsPerPrompt: Double
    /// The most that was ever resident, megabytes (10⁶ bytes).
    var residentMegabytes: Double

    enum CodingKeys: String, CodingKey {
        case prompts
        case promptsPerSecond = "prompts_per_second"
        case cpuMicrosecondsPerPrompt = "cpu_us_per_prompt"
        case residentMegabytes = "resident_mb"
    }
}
