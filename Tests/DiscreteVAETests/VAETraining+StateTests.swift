import Autodiff
import DiscreteVAE
import Foundation
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import Testing

@Suite struct VAETrainingStateTests {
  private struct Missing: Error {}

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

  /// Everything that a training is to be continued from, but as another process would have it.
  private func restored(_ old: VAETraining, into new: VAETraining) throws -> VAETraining {
    let arrays = Dictionary(
      uniqueKeysWithValues: old.arrays.map { ($0.name, Tensor($0.tensor.values)) })
    let counters = try JSONDecoder().decode(
      VAETraining.Counters.self, from: JSONEncoder().encode(old.counters))
    var new = new
    try new.restore(counters) { name, shape in
      guard let array = arrays[name], array.shape.count == shape.count else { throw Missing() }
      return array.reshaped(shape)
    }
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
    #expect(second.counters == first.counters)
    var copy = generator
    let values = try run(&first, steps: 4, adaptsOnly: false, &generator)
    #expect(try run(&second, steps: 4, adaptsOnly: false, &copy) == values)
    let (found, expected) = (second.arrays, first.arrays)
    #expect(found.map(\.name) == expected.map(\.name))
    #expect(found.map(\.tensor.values) == expected.map(\.tensor.values))
    #expect(found.map(\.tensor.shape) == expected.map(\.tensor.shape))
    #expect(second.counters == first.counters)
  }

  @Test func arraysHaveDistinctNames() throws {
    var training = training(RelaxedREBAR.self, seed: 1)
    let (model, estimators) = (training.model, training.estimators)
    let parameters = model.parameters.count + estimators.parameters.count
    #expect(training.arrays.count == parameters)
    var generator = PCG64(seed: 2)
    _ = try run(&training, steps: 1, adaptsOnly: false, &generator)
    let names = training.arrays.map(\.name)
    #expect(names.count == 3 * parameters && Set(names).count == names.count)
    for name in [
      "model.encoder.2.0.weight", "estimator.1.rebar.log_temperature",
      "optimizer.first.model.prior", "optimizer.second.estimator.2.rebar.coefficient",
    ] { #expect(names.contains(name), "\(name)") }
  }

  /// A training that has not begun has no moments to be asked for.
  @Test func asksForWhatThereIs() throws {
    let old = training(REBAR.self, seed: 1)
    let new = try restored(old, into: training(REBAR.self, seed: 2))
    #expect(new.model.parameters.map(\.values) == old.model.parameters.map(\.values))
    #expect(new.arrays.count == old.arrays.count)
  }

  @Test func whatIsMissingIsThrown() {
    var new = training(REBAR.self, seed: 1)
    #expect(throws: Missing.self) {
      try new.restore(new.counters) { _, _ in throw Missing() }
    }
  }
}
