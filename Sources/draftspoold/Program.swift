import DaemonProgram

@main
enum Program {
    static func main() async { await DaemonProgram.main() }
}
