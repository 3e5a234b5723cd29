import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Statistics
import Testing

@testable import Agents

@Suite struct ValueFunctionTests {
  private func hyperparameters(
    _ adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> Hyperparameters {
    var result = Hyperparameters()
    result.controlVariateHiddenSizes = [16]
    result.valueLearningRate = 0.02
    adjust(&result)
    return result
  }

  private func value(_ hyperparameters: Hyperparameters) -> ValueFunction {
    var generator = PCG64(seed: 1)
    return ValueFunction(inputCount: 2, hyperparameters: hyperparameters, using: &generator)
  }

  /// Episodes at random states, with returns that are `offset` + `size` times a function of them.
  private func window(
    episodes: Int = 4, length: Int = 20, offset: Float = 0, size: Float = 1, seed: UInt64 = 2
  ) -> EpisodeWindow {
    var window = EpisodeWindow(capacity: episodes)
    for index in 0..<episodes {
      let rows = randomObservations(length, width: 2, seed: seed + UInt64(index))
      let states = Tensor(rows.flatMap { $0 }, shape: [length, 2])
      window.append([
        EpisodeFeatures(
          states: states, timedStates: states, samples: .zeros([length, 1]),
          returns: Tensor(rows.map { offset + size * ($0[0] + 0.5 * $0[1] * $0[1]) }),
          rewards: [])
      ])
    }
    return window
  }

  private func meanSquaredError(_ value: ValueFunction, _ window: EpisodeWindow) -> Double {
    mean(
      window.episodes.flatMap { episode in
        zip(value(episode.timedStates).values, episode.returns.values).map {
          Double($0 - $1) * Double($0 - $1)
        }
      })
  }

  @Test func startsAtZero() throws {
    let value = value(hyperparameters())
    #expect(value(Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2])).values == [0, 0, 0])
  }

  /// Of whatever size and offset the returns are: on other states too.
  @Test(arguments: [(0, 1), (300, 20), (-5, 1e-2), (0, 1e5)] as [(Float, Float)])
  func learnsTheReturns(offset: Float, size: Float) throws {
    let hyperparameters = hyperparameters()
    var (value, generator) = (value(hyperparameters), PCG64(seed: 3))
    let (seen, unseen) = (
      window(offset: offset, size: size), window(offset: offset, size: size, seed: 50)
    )
    try value.fit(
      to: seen, steps: 300, hyperparameters: hyperparameters, decays: true, using: &generator)
    let unit = Double(size * size)
    #expect(meanSquaredError(value, seen) < 0.01 * unit)
    // The variance of the returns is 1.5 units.
    #expect(meanSquaredError(value, unseen) < 0.3 * unit)
  }

  /// New statistics of the returns change the unit of the network, not the function.
  @Test func normalizationKeepsTheFunction() throws {
    let hyperparameters = hyperparameters { $0.valueLearningRate = 0 }
    var (value, generator) = (value(hyperparameters), PCG64(seed: 3))
    value.network.randomize(using: &generator)
    let states = Tensor(randomObservations(30, width: 2, seed: 4).flatMap { $0 }, shape: [30, 2])
    let before = value(states).values
    let some = [window(offset: 200, size: 30), window(size: 0.1), window(offset: 5, size: 0)]
    for window in some {
      try value.fit(to: window, steps: 1, hyperparameters: hyperparameters, using: &generator)
      for (new, old) in zip(value(states).values, before) { #expect(abs(new - old) < 2e-2) }
    }
    let saved = value.namedParameters.suffix(2).map { $0.tensor.scalar }
    #expect(abs(saved[0] - 5) < 1e-5 && abs(saved[1] - 5e-3) < 1e-5)
  }

  @Test func lossIsTheMeanSquaredErrorOfItsSteps() throws {
    let hyperparameters = hyperparameters { $0.valueLearningRate = 0 }
    var (value, generator) = (value(hyperparameters), PCG64(seed: 3))
    let some = window(offset: 3, size: 2)
    let loss = try value.fit(
      to: some, steps: 3, hyperparameters: hyperparameters, using: &generator)
    #expect(abs(try #require(loss) / meanSquaredError(value, some) - 1) < 1e-4)
    #expect(
      try value.fit(to: some, steps: 0, hyperparameters: hyperparameters, using: &generator) == nil)
    let empty = EpisodeWindow(capacity: 1)
    #expect(
      try value.fit(to: empty, steps: 1, hyperparameters: hyperparameters, using: &generator) == nil
    )
  }

  /// All transitions where they are few; draws of the generator where they are many.
  @Test func batchesAreDrawnFromTheWindow() throws {
    func weights(batch: Int, seed: UInt64) -> ([Float], isDrawn: Bool) {
      let hyperparameters = hyperparameters { $0.valueBatchSize = batch }
      var (value, generator) = (value(hyperparameters), PCG64(seed: seed))
      let before = generator
      sound {
        try value.fit(to: window(), steps: 2, hyperparameters: hyperparameters, using: &generator)
      }
      return (value.network.layers[1].weight.values, generator != before)
    }
    #expect(weights(batch: 80, seed: 1) == weights(batch: 1000, seed: 2))
    #expect(!weights(batch: 80, seed: 1).isDrawn)
    #expect(weights(batch: 79, seed: 1).isDrawn)
    #expect(weights(batch: 40, seed: 1) == weights(batch: 40, seed: 1))
    #expect(weights(batch: 40, seed: 1) != weights(batch: 40, seed: 2))
  }

  /// One return has no deviation; equal returns have none to speak of.
  @Test(arguments: [1, 5])
  func constantReturnsAreLearned(length: Int) throws {
    let hyperparameters = hyperparameters()
    var (value, generator) = (value(hyperparameters), PCG64(seed: 3))
    let some = window(episodes: 1, length: length, offset: 7, size: 0)
    for _ in 0..<3 {
      try value.fit(
        to: some, steps: 200, hyperparameters: hyperparameters, decays: true, using: &generator)
    }
    #expect(meanSquaredError(value, some) < 0.05)
  }

  /// V stops where it has gone as far as it may in the direction of its targets, and only there.
  @Test func reachBoundsTheStep() {
    let states = Tensor([0.3, -0.2], shape: [1, 2])
    var start = value(hyperparameters())
    start.normalize(for: [0, 4])
    let values = start(states)
    func moves(from old: Float, to target: Float, by distance: Float) -> Bool {
      var moved = start
      _ = moved.improve(
        at: states, targets: values + target, learningRate: 0.1,
        reach: (values + old, distance))
      return moved(states).values != values.values
    }
    // The old value was 3 below, which is more than a standard deviation of the targets, 2.83.
    #expect(!moves(from: -3, to: 2, by: 1))
    #expect(moves(from: -2.5, to: 2, by: 1))
    #expect(moves(from: -3, to: -2, by: 1))
    #expect(moves(from: 0, to: 2, by: 1))
  }
}
