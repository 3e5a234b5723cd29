import Checkpoints
import Foundation
import Testing

@testable import TrainingCommands

@Suite struct CheckpointNameTests {
  @Test func namesAFileInTheRunsFolder() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder.url.appending(path: "a"))
      #expect(run.checkpoint(.best).path == folder.path("a/checkpoints/best.safetensors"))
      #expect(run.checkpoint(.final).path == folder.path("a/checkpoints/final.safetensors"))
    }
  }
}
