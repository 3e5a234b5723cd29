import Autodiff
import NeuralNetworks
import TestSupport
import Testing

@Suite struct ModuleTests {
  private struct Pair: Module {
    var left = Parameters(Tensor([1, 2]), Tensor(3))
    var right = Parameters(Tensor([4], shape: [1, 1]))

    mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
      Self.visit(&left, "left", visit)
      Self.visit(&right, "right", visit)
    }
  }

  @Test func partsAreListedUnderTheirNames() {
    let pair = Pair()
    #expect(pair.namedParameters.map(\.name) == ["left.p0", "left.p1", "right.p0"])
    #expect(pair.parameters.map(\.values) == [[1, 2], [3], [4]])
    #expect(pair.namedParameters.map(\.tensor.values) == pair.parameters.map(\.values))
    #expect(pair.parameterCount == 4)
  }

  @Test func visitsChangeParameters() {
    var pair = Pair()
    let before = pair
    pair.visitParameters { name, parameter in
      if name == "left.p1" { parameter = Tensor(7) }
    }
    #expect(pair.parameters.map(\.values) == [[1, 2], [7], [4]])
    #expect(before.parameters.map(\.values) == [[1, 2], [3], [4]])
  }

  @Test func variablesAreRecorded() {
    let pair = Pair()
    #expect(pair.parameters.allSatisfy { !$0.isRecorded })
    let variables = pair.asVariables()
    #expect(variables.parameters.allSatisfy { $0.isRecorded })
    #expect(variables.parameters.map(\.values) == pair.parameters.map(\.values))
    #expect(pair.parameters.allSatisfy { !$0.isRecorded })
  }

  @Test func valueWithGradientsOfAFunctionOfParameters() {
    let (value, slopes) = valueWithGradients(at: Pair()) { pair in
      // 3 (1 + 4) + 4²
      (pair.left.tensors[0].squared().sum() * pair.left.tensors[1])
        + pair.right.tensors[0].squaredNorm()
    }
    #expect(value == 31)
    #expect(slopes.map(\.values) == [[6, 12], [5], [8]])
    #expect(slopes.map(\.shape) == [[2], .scalar, [1, 1]])
    #expect(slopes.allSatisfy { !$0.isRecorded })
  }

  @Test func setsParametersInTheirOrder() {
    var pair = Pair()
    pair.setParameters([Tensor([5, 6]), Tensor(7), Tensor([8], shape: [1, 1])])
    #expect(pair.parameters.map(\.values) == [[5, 6], [7], [8]])
  }

  @Test func refusesParametersOfOtherShapesOrNumbers() async {
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var pair = Pair()
      pair.setParameters([Tensor([5, 6]), Tensor([7, 8]), Tensor([8], shape: [1, 1])])
    }
    expectMessage("setParameters: no tensor of shape [] for the parameter", of: shapes)
    let numbers = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var pair = Pair()
      pair.setParameters([Tensor([5, 6]), Tensor(7), Tensor([8], shape: [1, 1]), Tensor(9)])
    }
    expectMessage("setParameters: 1 tensors too many", of: numbers)
  }
}
