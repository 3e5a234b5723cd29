import DiscreteVAE
import Testing

@Suite struct ModelArchitectureTests {
  /// The widths from input to output of each map, upwards and downwards.
  @Test func widthsOfTheMaps() {
    let expected: [ModelArchitecture: (up: [[Int]], down: [[Int]])] = [
      .linear1: ([[8, 3]], [[3, 8]]),
      .linear2: ([[8, 3], [3, 3]], [[3, 8], [3, 3]]),
      .nonlinear: ([[8, 3, 3, 3]], [[3, 3, 3, 8]]),
      .nonlinearPublished: ([[8, 3, 3, 3]], [[3, 8, 8, 8]]),
    ]
    for architecture in ModelArchitecture.allCases {
      let model = tinyModel(architecture)
      let (up, down) = expected[architecture] ?? ([], [])
      #expect(model.encoder.map { [$0.inputCount] + $0.layers.map { $0.weight.shape[1] } } == up)
      #expect(model.decoder.map { [$0.inputCount] + $0.layers.map { $0.weight.shape[1] } } == down)
    }
  }

  @Test func namesAndSummaries() {
    #expect(
      ModelArchitecture.allCases.map(\.rawValue) == [
        "linear1", "linear2", "nonlinear", "nonlinear-published",
      ])
    #expect(Set(ModelArchitecture.allCases.map(\.summary)).count == 4)
  }
}
