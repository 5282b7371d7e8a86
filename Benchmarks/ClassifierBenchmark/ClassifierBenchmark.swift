@main
struct ClassifierBenchmark { static func main() {} }
