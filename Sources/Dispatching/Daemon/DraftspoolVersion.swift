/// The version of both programs.
public enum DraftspoolVersion {
    public static let current = "0.1.0"
}
