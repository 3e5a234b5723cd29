import Autodiff
import TestSupport
import Testing

struct ShapeTests {
  @Test func describesItsAxes() {
    let shape: Shape = [2, 3, 4, 5]
    #expect(shape.rank == 4)
    #expect(shape.count == 120)
    #expect(shape.dimensions == [2, 3, 4, 5])
    #expect((0..<4).map { shape[$0] } == [2, 3, 4, 5])
    #expect("\(shape)" == "[2, 3, 4, 5]")
    #expect(Shape([7]) == [7])
  }

  @Test func aScalarHasOneElementAndNoAxes() {
    #expect(Shape.scalar.rank == 0)
    #expect(Shape.scalar.count == 1)
    #expect(Shape.scalar.dimensions == [])
    #expect(Shape.scalar == [])
  }

  @Test func shapesDifferByAxesNotOnlyByCount() {
    #expect(Shape([3]) != [3, 1])
    #expect(Shape([3]) != [1, 3])
    #expect(Shape([1]) != .scalar)
    #expect(Shape([2, 3]) != [3, 2])
  }

  @Test func anEmptyAxisMakesNoElements() {
    #expect(Shape([0]).count == 0)
    #expect(Shape([4, 0, 2]).count == 0)
  }

  @Test func countsMoreElementsThanInt32Holds() {
    #expect(Shape([100_000, 100_000]).count == 10_000_000_000)
  }

  // MARK: Misuse

  @Test func rejectsWhatIsNoShape() async {
    let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Shape([1, 2, 3, 4, 5])
    }
    expectMessage("Shape: [1, 2, 3, 4, 5] has more than 4 axes", of: many)
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Shape([2, -1])
    }
    expectMessage("Shape: the length -1 is out of range", of: negative)
    let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Shape([2, 3])[2]
    }
    expectMessage("Shape: [2, 3] has no axis 2", of: axis)
  }
}
