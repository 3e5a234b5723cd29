import Autodiff
import Foundation
import TestSupport
import Testing

struct DiscountedSumsTests {
  private let sequence = sampleTensor([7], seed: 31)

  @Test(arguments: [0, 0.6, 1])
  func sumsWhatIsLaterOrEarlier(discount: Double) {
    let elements = sequence.values.map(Double.init)
    func sum(_ t: Int, _ others: Range<Int>) -> Double {
      others.reduce(0) { $0 + pow(discount, Double(abs($1 - t))) * elements[$1] }
    }
    let after = sequence.discountedSumsAfter(discount: discount)
    let before = sequence.discountedSumsBefore(discount: discount)
    #expect(after.shape == [7] && before.shape == [7])
    expectClose(after.values, (0..<7).map { sum($0, $0 + 1..<7) })
    expectClose(before.values, (0..<7).map { sum($0, 0..<$0) })
    #expect(after.values[6] == 0 && before.values[0] == 0)
  }

  @Test func shortSequences() {
    #expect(Tensor([3]).discountedSumsAfter(discount: 0.5).values == [0])
    #expect(Tensor([3, 8]).discountedSumsAfter(discount: 0.5).values == [4, 0])
    #expect(Tensor([3, 8]).discountedSumsBefore(discount: 0.5).values == [0, 1.5])
    #expect(Tensor([], shape: [0]).discountedSumsAfter(discount: 0.5).values == [])
  }

  @Test(arguments: 1...2)
  func gradientsOfEveryOrder(order: Int) {
    checkGradient(
      of: { $0[0].squared().discountedSumsAfter(discount: 0.7).squared() }, at: [sequence],
      order: order)
    checkGradient(
      of: { $0[0].squared().discountedSumsBefore(discount: 0.7).squared() }, at: [sequence],
      order: order)
  }
}
