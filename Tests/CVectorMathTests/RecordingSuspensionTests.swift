import CVectorMath
import Foundation
import Synchronization
import Testing

struct RecordingSuspensionTests {
  @Test func suspensionsAreCounted() {
    #expect(vm_recording_suspensions() == 0)
    vm_suspend_recording()
    vm_suspend_recording()
    #expect(vm_recording_suspensions() == 2)
    vm_resume_recording()
    #expect(vm_recording_suspensions() == 1)
    vm_resume_recording()
    #expect(vm_recording_suspensions() == 0)
  }

  @Test func eachThreadCountsItsOwn() {
    vm_suspend_recording()
    defer { vm_resume_recording() }
    let seen = Mutex<Int32>(-1)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      seen.withLock { $0 = vm_recording_suspensions() }
      done.signal()
    }
    thread.start()
    done.wait()
    #expect(seen.withLock { $0 } == 0)
    #expect(vm_recording_suspensions() == 1)
  }
}
