/// The version of both programs.
public enum DraftspoolVersion {
    public static let current = "0.1.0"

    /// The version with the commit that was built, if that is known.
    public static func text(commit: String) -> String {
        commit.isEmpty ? current : "\(current) (\(commit))"
    }
}
