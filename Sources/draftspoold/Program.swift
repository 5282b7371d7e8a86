import DaemonProgram

@main
enum Program {
    static func main() async {
        DaemonProgram.prepareProcess()
        await DaemonProgram.run()
    }
}
