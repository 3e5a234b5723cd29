import Autodiff
import TestSupport
import Testing

struct LayoutMisuseTests {
  @Test func reshapingNamesBothShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).reshaped([4])
    }
    expectMessage("reshaped: [2, 3] does not have the elements of [4]", of: result)
  }

  @Test func selectingNamesTheColumnAndTheShape() async {
    let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).selecting(columns: [0, 3])
    }
    expectMessage("selecting: [2, 3] has no column 3", of: outside)
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).selecting(columns: [-1, 0])
    }
    expectMessage("selecting: [2, 3] has no column -1", of: negative)
    let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).selecting(columns: [0])
    }
    expectMessage("selecting: 1 columns for the rows of [2, 3]", of: count)
  }

  @Test func scatteringNamesTheColumnAndTheShape() async {
    let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2]).scattered(toColumns: [0, 2], of: 2)
    }
    expectMessage("scattered: there is no column 2 of 2", of: outside)
    let matrix = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 1]).scattered(toColumns: [0, 1], of: 2)
    }
    expectMessage("scattered: 2 columns for a tensor of shape [2, 1]", of: matrix)
  }

  @Test func concatenationNamesBothShapes() async {
    let columns = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenatingColumns([.zeros([2, 3]), .zeros([3, 2])])
    }
    expectMessage("concatenatingColumns: the rows of [2, 3] and [3, 2] differ", of: columns)
    let vectors = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenatingColumns([.zeros([2])])
    }
    expectMessage("concatenatingColumns: the shape [2] is not a matrix", of: vectors)
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenatingRows([.zeros([2, 3]), .zeros([2])])
    }
    expectMessage("concatenatingRows: the shapes [2, 3] and [2] do not fit", of: rows)
    let scalars = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenatingRows([Tensor(1), Tensor(2)])
    }
    expectMessage("concatenatingRows: the shape [] is neither a matrix nor a vector", of: scalars)
    let cubes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenatingRows([.zeros([2, 3, 4]), .zeros([2, 3, 4])])
    }
    expectMessage(
      "concatenatingRows: the shape [2, 3, 4] is neither a matrix nor a vector", of: cubes)
  }

  @Test func concatenationNeedsSomething() async {
    let columns = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenatingColumns([])
    }
    expectMessage("concatenatingColumns: nothing to concatenate", of: columns)
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenatingRows([])
    }
    expectMessage("concatenatingRows: nothing to concatenate", of: rows)
  }

  @Test func slicesNameTheRangeAndTheShape() async {
    let columns = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).columns(2..<4)
    }
    expectMessage("columns: [2, 3] has no columns 2..<4", of: columns)
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).rows(-1..<1)
    }
    expectMessage("rows: [2, 3] has no rows -1..<1", of: rows)
    let scalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(1).rows(0..<1)
    }
    expectMessage("rows: [] has no rows 0..<1", of: scalar)
  }
}
