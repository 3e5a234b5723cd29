import NeuralNetworks
import Testing

@Suite struct LearningRateScheduleTests {
  @Test(arguments: [(-1, 1), (0, 1), (0.25, 0.75), (1, 0), (2, 0)] as [(Double, Float)])
  func linearFallsToZero(fraction: Double, factor: Float) {
    #expect(LearningRateSchedule.linear.factor(atFraction: fraction) == factor)
    #expect(LearningRateSchedule.constant.factor(atFraction: fraction) == 1)
  }
}
