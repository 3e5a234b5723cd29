import Checkpoints
import ImageData
import Testing

@Suite struct ImageDataErrorTests {
  @Test func isOneSentence() {
    let error = ImageDataError(file: "data/mnist", problem: "is empty", fix: "fill it")
    #expect("\(error)" == "data/mnist is empty; fill it")
    #expect(
      ImageDataError(CheckpointError(file: "a", problem: "b", fix: "c")).description == "a b; c")
  }
}
