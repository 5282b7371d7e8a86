import Workload

/// The built-in classifier, read once for all tests.
enum BuiltIn {
    private static let result = Result { try WorkloadClassifier() }

    static var classifier: WorkloadClassifier {
        get throws { try result.get() }
    }
}
