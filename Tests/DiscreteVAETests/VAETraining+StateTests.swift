import Autodiff
import DiscreteVAE
import Files
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State
import Testing

@Suite struct VAETrainingStateTests {
  /// A training whose model and estimators start from a seed.
  private func training(_ type: any GradientEstimator.Type, seed: UInt64) -> VAETraining {
    let model = tinyModel(.linear2, size: 0.5, seed: seed)
    var estimators = randomizedEstimators(type, for: model, seed: seed)
    if type == Concrete.self {
      for layer in estimators.layers.indices {
        estimators.layers[layer] = Concrete(temperature: 1, annealingRate: 0.05)
      }
    }
    return VAETraining(
      model: model, estimators: estimators, learningRate: 0.01, adaptationRate: 0.02)
  }

  /// Everything that a training is to be continued from.
  private func state(_ training: VAETraining) throws -> Safetensors {
    var copy = training
    return try Checkpoint.contents(of: &copy)
  }

  /// `new` as `old` goes on in another process.
  private func restored(_ old: VAETraining, into new: VAETraining) throws -> VAETraining {
    var new = new
    let file = try Safetensors(decoding: state(old).encoded(), from: "state")
    try Checkpoint.restore(file, from: "state", into: &new)
    return new
  }

  private func run(
    _ training: inout VAETraining, steps: Int, adaptsOnly: Bool, _ generator: inout PCG64
  ) throws -> [Double] {
    try (0..<steps).map { _ in
      try training.step(on: tinyImages(6), adaptsOnly: adaptsOnly, using: &generator)
    }
  }

  @Test(arguments: bernoulliEstimators.map { $0.traits.name }, [false, true])
  func continuesBitForBit(name: String, adaptedOnly: Bool) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    var first = training(type, seed: 1)
    var generator = PCG64(seed: 2)
    _ = try run(&first, steps: 4, adaptsOnly: adaptedOnly, &generator)
    var second = try restored(first, into: training(type, seed: 5))
    #expect(try state(second) == state(first))
    var copy = generator
    let values = try run(&first, steps: 4, adaptsOnly: false, &generator)
    #expect(try run(&second, steps: 4, adaptsOnly: false, &copy) == values)
    #expect(try state(second) == state(first))
  }

  @Test func whatIsMissingOrOfAnotherTypeIsRefused() throws {
    let file = try state(training(REBAR.self, seed: 1))
    var new = training(REBAR.self, seed: 1)
    #expect(throws: Failure.self) {
      try Checkpoint.restore(
        Safetensors(arrays: Array(file.arrays.dropLast()), metadata: file.metadata), from: "state",
        into: &new)
    }
    var other = training(NVIL.self, seed: 1)
    #expect(throws: Failure.self) { try Checkpoint.restore(file, from: "state", into: &other) }
  }

  @Test func nothingMovesWhereNumbersAreNotFinite() throws {
    var training = training(RelaxedREBAR.self, seed: 1)
    var generator = PCG64(seed: 2)
    training.model.prior = Tensor([Float](repeating: 3e38, count: training.model.latentCount))
    let before = try state(training)
    for adaptsOnly in [false, true] {
      let failure = #expect(throws: Failure.self) {
        try training.step(on: tinyImages(6), adaptsOnly: adaptsOnly, using: &generator)
      }
      #expect(failure?.kind == .divergence)
      #expect(try state(training) == before)
    }
  }
}
