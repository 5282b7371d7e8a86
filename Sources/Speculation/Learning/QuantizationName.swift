/// Maps the names engines give quantisations to those that figures were published for.
enum QuantizationName {
    /// The published name nearest to an engine's: by format where it is one of them, else by bits a weight.
    ///
    /// llama-server writes `model_ftype` as "Q4_K - Medium", "Q8_0", "all F32", "IQ4_XS - 4.25 bpw" and so on;
    /// vLLM and model cards write "W4A16", "fp8", "AWQ". Nil when no width can be read from the name.
    static func published(nearest name: String) -> String? {
        let upper = name.uppercased()
        guard let bits = bits(upper) else { return nil }
        switch bits {
        case ..<5: return "Q4_K_M"
        case 5: return "Q5_K_M"
        case 6...7: return "Q6_K"
        case 8: return "Q8_0"
        default: return "F16"
        }
    }

    /// Bits a weight, read from an upper-case name.
    private static func bits(_ name: String) -> Int? {
        for wide in ["BF16", "F16", "FP16", "F32", "FP32", "FLOAT16", "FLOAT32", "HALF"]
        where name.contains(wide) {
            return 16
        }
        if name.contains("MXFP4") || name.contains("NVFP4") || name.contains("AWQ") || name.contains("GPTQ") {
            return 4
        }
        let characters = Array(name)
        for (index, character) in characters.enumerated().dropLast()
        where "QWPT".contains(character) || isInt(characters, before: index) {
            if let digit = characters[index + 1].wholeNumberValue, (1...8).contains(digit) { return digit }
        }
        return nil
    }

    /// Whether the character at `index` ends "INT", as in "INT8".
    private static func isInt(_ characters: [Character], before index: Int) -> Bool {
        index >= 2 && characters[index - 2...index] == ["I", "N", "T"]
    }
}
