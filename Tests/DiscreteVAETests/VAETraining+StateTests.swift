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

  /// A training with the state of another one.
  private func restored(_ old: VAETraining, into new: VAETraining) throws -> VAETraining {
    var new = new
    try Checkpoint.restore(contents(of: old), from: "memory", into: &new)
    return new
  }

  private func contents(of training: VAETraining) throws -> Safetensors {
    var copy = training
    return try Checkpoint.contents(of: &copy)
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
    #expect(try contents(of: second) == contents(of: first))
    var copy = generator
    let values = try run(&first, steps: 4, adaptsOnly: false, &generator)
    #expect(try run(&second, steps: 4, adaptsOnly: false, &copy) == values)
    #expect(try contents(of: second) == contents(of: first))
  }

  @Test func partsHaveTheNamesOfTheirParameters() throws {
    let names = try contents(of: training(RelaxedREBAR.self, seed: 1)).arrays.map(\.name)
    for name in [
      "model.encoder.2.0.weight", "estimator.1.rebar.log_temperature",
      "model_optimizer.first.prior", "estimator_optimizer.second.2.rebar.coefficient",
    ] { #expect(names.contains(name), "\(name)") }
  }

  @Test func otherModelsAreRefused() throws {
    let file = try contents(of: training(REBAR.self, seed: 1))
    var other = training(RLOO.self, seed: 1)
    #expect(throws: Failure.self) { try Checkpoint.restore(file, from: "memory", into: &other) }
  }
}
