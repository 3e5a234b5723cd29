import Autodiff
import NeuralNetworks
import RandomNumbers
import Testing

@Suite struct PolyakAveragingTests {
  @Test func movesAFractionOfTheWay() {
    var average = Parameters(Tensor([1, -2, 0.5]), Tensor([3, -0.25]))
    let latest = Parameters(Tensor([5, -2, 4.5]), Tensor([-1, 3.75]))
    average.move(towards: latest, rate: 0.25)
    #expect(average.values == [2, -2, 1.5, 2, 0.75])
    average.move(towards: latest, rate: 0)
    #expect(average.values == [2, -2, 1.5, 2, 0.75])
    average.move(towards: latest, rate: 1)
    #expect(average.values == latest.values)
  }

  /// After n moves, (1 − rate)ⁿ of the start is left; copies of it stay as they are.
  @Test func forgetsItsStartExponentially() {
    var generator = PCG64(seed: 1)
    let start = MLP(sizes: [7, 9, 3], activation: .relu, using: &generator)
    let latest = MLP(sizes: [7, 9, 3], activation: .relu, using: &generator)
    var average = start
    for _ in 0..<10 { average.move(towards: latest, rate: 0.1) }
    let left = (0..<10).reduce(Float(1)) { factor, _ in factor * 0.9 }
    let pairs = zip(start.parameters.flatMap(\.values), latest.parameters.flatMap(\.values))
    var distance: Float = 0
    for (found, (old, new)) in zip(average.parameters.flatMap(\.values), pairs) {
      #expect(abs(found - (new + left * (old - new))) < 1e-5)
      distance += abs(old - new)
    }
    #expect(distance > 1)
  }
}
