import Agents
import Testing

@testable import TrainingCommands

@Suite struct ListCommandTests {
  @Test func listsWhatCanBeNamed() {
    let (code, transcript) = command("list")
    #expect(code == 0)
    let lines = transcript.output.split(separator: "\n").map(String.init)
    func hasLine(_ words: String...) -> Bool {
      lines.contains { line in words.allSatisfy(line.contains) }
    }
    #expect(hasLine("corridor", "hall", " 2 ", " 20 ", "Walk to the right."))
    #expect(hasLine("lunarlander-continuous", "2 continuous", "1000", "200"))
    #expect(hasLine("relax", "learned control variate"))
    let preset = Preset.tuned(algorithm: "relax", environment: "lunarlander")
    #expect(hasLine("tuned", "lunarlander", "relax", " \(preset.episodes) "))
    #expect(hasLine("paper", "cartpole", "10,10", "relu"))
  }

  @Test func leavesOutPresetsThatNothingCanUse() {
    let table = ListCommand.presets(testEnvironments).description
    #expect(!table.contains("continuous"))
  }
}
