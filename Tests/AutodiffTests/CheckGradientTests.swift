import Autodiff
import TestSupport
import Testing

/// The checker itself: a wrong gradient must be reported, with the input and the coordinate.
struct CheckGradientTests {
  private let inputs = [Tensor([0.5, -1.5, 2]), Tensor([1.25, 0.75, -2])]

  @Test func acceptsACorrectGradient() {
    for order in 1...3 {
      checkGradient(of: { ($0[0] * $0[1]).tanh() * $0[0] }, at: inputs, order: order)
    }
  }

  @Test func reportsTheInputAndTheCoordinate() {
    withKnownIssue {
      // The path through the second input is cut.
      checkGradient(of: { $0[0] * $0[1].detached() + $0[1] }, at: inputs)
    } matching: { issue in
      "\(issue)".contains("input 1") && "\(issue)".contains("at [0]")
    }
  }

  @Test func reportsAnErrorInOneCoordinate() {
    let mask = Tensor([0, 0, 1])
    withKnownIssue {
      checkGradient(of: { $0[0] + (0.05 * $0[0] * mask).detached() }, at: [inputs[0]])
    } matching: { issue in
      "\(issue)".contains("at [2]") && "\(issue)".contains("1 of 3")
    }
  }

  @Test func reportsAWrongSecondDerivative() {
    /// x³ with the derivative 3x² as a constant.
    func cube(_ x: Tensor) -> Tensor {
      let slope = (3 * x.squared()).detached()
      return slope * x - (slope * x - x * x * x).detached()
    }
    checkGradient(of: { cube($0[0]) }, at: [inputs[0]])
    withKnownIssue {
      checkGradient(of: { cube($0[0]) }, at: [inputs[0]], order: 2)
    }
  }

  @Test func reportsNaN() {
    withKnownIssue {
      checkGradient(of: { $0[0].log() }, at: [Tensor([-1.0])])
    }
  }
}
